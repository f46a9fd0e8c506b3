"""Calendar words and autonyms: beside calls of `t` the only place where words a person reads may stand.

Babel's own tables are poor for Tajik and bookish for Kyrgyz (docs/decisions/0004-words.md), so these are ours.
"""

AUTONYMS = {"ru": "Русский", "uz": "Oʻzbekcha", "tg": "Тоҷикӣ", "ky": "Кыргызча"}

# The first screen is read before a language is chosen, so it speaks all four.
FIRST_WORDS = {
    "ru": "Здравствуйте! Выберите язык.",
    "uz": "Assalomu alaykum! Tilni tanlang.",
    "tg": "Ассалому алайкум! Забонро интихоб кунед.",
    "ky": "Саламатсызбы! Тилди тандаңыз.",
}

# Months as they stand after the number of the day.
MONTHS = {
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "uz": "yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr".split(),
    "tg": "январ феврал март апрел май июн июл август сентябр октябр ноябр декабр".split(),
    "ky": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(),
}

WEEKDAYS = {
    "ru": "понедельник вторник среда четверг пятница суббота воскресенье".split(),
    "uz": "dushanba seshanba chorshanba payshanba juma shanba yakshanba".split(),
    "tg": "душанбе сешанбе чоршанбе панҷшанбе ҷумъа шанбе якшанбе".split(),
    "ky": "дүйшөмбү шейшемби шаршемби бейшемби жума ишемби жекшемби".split(),
}

TODAY_TOMORROW = {
    "ru": ("сегодня", "завтра"),
    "uz": ("bugun", "ertaga"),
    "tg": ("имрӯз", "фардо"),
    "ky": ("бүгүн", "эртең"),
}

# In Tajik the bare word "душанбе" reads as the city: the day of the week is always "рӯзи …".
DAY = {
    "ru": "{weekday}, {day} {month}",
    "uz": "{day}-{month}, {weekday}",
    "tg": "рӯзи {weekday}, {day} {month}",
    "ky": "{day}-{month}, {weekday}",
}

DAY_AND_YEAR = {
    "ru": "{weekday}, {day} {month} {year} года",
    "uz": "{year}-yil {day}-{month}, {weekday}",
    "tg": "рӯзи {weekday}, {day} {month}и соли {year}",
    "ky": "{year}-жыл, {day}-{month}, {weekday}",
}

SHORT_DAY = {"ru": "{day} {month}", "uz": "{day}-{month}", "tg": "{day} {month}", "ky": "{day}-{month}"}

DAY_AND_TIME = {
    "ru": "{day}, {time}",
    "uz": "{day}, soat {time}",
    "tg": "{day}, соати {time}",
    "ky": "{day}, саат {time}",
}
