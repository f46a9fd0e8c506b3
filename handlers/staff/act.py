"""The act of destruction of personal data (order of Roskomnadzor no. 179 of 28 October 2022), to be printed and signed.

A Russian legal document: it is not translated. It holds nobody's data: a person is named by the random number that
they were told. By the same order it is to be kept for three years.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from db.destructions import Destruction
from handlers.screen import File
from handlers.screens import Operator
from handlers.words import safe

PERIOD = timedelta(days=366)

CAUSES = {
    "asked": "требование субъекта персональных данных",
    "withdrawn": "отзыв согласия на обработку",
    "inactive": "достижение цели обработки: нет обращений в течение установленного срока",
    "unreachable": "достижение цели обработки: связь с субъектом невозможна",
    "over": "истечение срока хранения",
}
KINDS = {
    "profiles": "номер чата, язык, часовой пояс, настройки",
    "names": "имя",
    "signups": "записи на мероприятия",
    "messages": "сведения об отправленных сообщениях",
    "forms": "незаконченные формы",
    "mistakes": "сообщения об ошибках в переводе",
    "consents": "сведения о согласиях",
    "roles": "сведения о роли",
    "updates": "сведения о полученных сообщениях",
}

PAGE = """<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Акт об уничтожении персональных данных</title>
<style>
@page {{ size: A4; margin: 15mm }}
body {{ font: 12pt/1.4 "Times New Roman", serif; max-width: 180mm; margin: 0 auto; padding: 4mm; color: #000 }}
h1 {{ font-size: 14pt; text-align: center }}
table {{ width: 100%; border-collapse: collapse; font-size: 9.5pt }}
th, td {{ border: 1px solid #000; padding: 1mm 1.5mm; text-align: left; vertical-align: top }}
td:first-child {{ overflow-wrap: anywhere; min-width: 18mm }}
thead {{ display: table-header-group }}
tr, .sign {{ break-inside: avoid }}
@media print {{ body {{ padding: 0 }} }}
</style>
</head>
<body>
<h1>Акт об уничтожении персональных данных<br>и выгрузка из журнала регистрации событий</h1>
<p>Дата: {made}. Место: ____________________</p>
<p>Оператор: {operator}. Адрес: ________________________________________</p>
<p>Лицо, обрабатывающее данные по поручению оператора: нет / ____________________</p>
<p>Информационная система: база данных телеграм-бота «Дружба». Период: {since} – {till}. Часовой пояс: {zone}.</p>
<table>
<thead><tr><th>Номер<th>Дата и время<th>Причина<th>Категории данных, число записей</thead>
<tbody>
{rows}
</tbody>
</table>
<p>Всего записей журнала: {count}.</p>
<p>Субъекты обозначены случайными номерами: номер сообщён субъекту при удалении по его требованию, иных сведений о
субъекте после уничтожения не осталось. Строка «{over}» относится ко всем, срок хранения данных которых
истёк к этому времени.</p>
<p>Способ уничтожения: удаление записей из базы данных с перезаписью их места нулями и перестроением файла базы и
журнала. Действие программное, восстановление невозможно. Резервные копии уничтожаются не позднее 30 дней.</p>
<div class="sign">
<p>Данные уничтожили:</p>
<p>____________________ / ____________________ / ____________________<br>должность, фамилия и инициалы, подпись</p>
<p>____________________ / ____________________ / ____________________<br>должность, фамилия и инициалы, подпись</p>
</div>
</body>
</html>
"""


def file(operator: Operator, found: Sequence[Destruction], now: datetime, zone: str) -> File:
    there = ZoneInfo(zone)
    made = f"{now.astimezone(there):%d.%m.%Y}"
    text = PAGE.format(
        made=made,
        operator=safe(operator.name) or "_" * 40,
        since=f"{(now - PERIOD).astimezone(there):%d.%m.%Y}",
        till=made,
        zone=safe(zone),
        rows="\n".join(_row(one, there) for one in found),
        count=len(found),
        over=CAUSES["over"],
    )
    return File(f"akt-{now.astimezone(there):%Y-%m-%d}.html", text.encode())


def _row(one: Destruction, there: ZoneInfo) -> str:
    at = f"{one.at.astimezone(there):%d.%m.%Y %H:%M}"
    kinds = "; ".join(f"{KINDS.get(kind, kind)}: {count}" for kind, count in one.erased.items())
    cells = (one.number, at, CAUSES[one.cause], kinds)
    return "<tr>" + "".join(f"<td>{safe(cell)}" for cell in cells)
