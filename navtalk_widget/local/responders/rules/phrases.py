"""The built-in responder's sentences, by language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences with places in braces, which `str.format` fills.

    Attributes:
        fallbacks: for what is not understood; ``{heard}`` is what was. Taken in turn.
        tool_failed: ``{tool}`` is what was tried: in English a verb and its object, elsewhere the tool's name in words.
        asks: for a missing argument of a tool; ``{label}`` is its name in words.
    """

    greeting: str
    greeting_named: str
    how_can_i_help: str
    hello: str
    how_are_you: str
    my_name: str
    no_name: str
    thanks: str
    bye: str
    never_mind: str
    nothing_heard: str
    nothing_to_repeat: str
    no_sight: str
    time: str
    date: str
    joke: str
    abilities: str
    abilities_with_tools: str
    result: str
    no_division: str
    count_limit: str
    asks: str
    asks_number: str
    tool_failed: str
    that_failed: str
    tool_done: str
    tool_found: str
    tool_found_nothing: str
    and_word: str
    more: str
    yes: str
    no: str
    fallbacks: tuple[str, ...]


_ENGLISH = Phrases(
    greeting="Hello!",
    greeting_named="Hello, I'm {name}{role}.",
    how_can_i_help="How can I help you?",
    hello="Hello! What can I do for you?",
    how_are_you="I'm very well, thank you. How can I help you?",
    my_name="I'm {name}{role}.",
    no_name="I'm your digital human{role}.",
    thanks="You're welcome!",
    bye="Goodbye! It was nice talking to you.",
    never_mind="All right, never mind.",
    nothing_heard="I'm sorry, I didn't catch that. Could you say it again?",
    nothing_to_repeat="I haven't said anything yet.",
    no_sight="I'm sorry, I cannot see pictures. Tell me what is on it.",
    time="It is {time}.",
    date="Today is {date}.",
    joke="Why did the digital human take a break? It had too many open connections.",
    abilities="I can tell the time and the date, do sums, count, and tell a joke.",
    abilities_with_tools="I can help with this: {tools}. I can also tell the time and the date, and do sums.",
    result="That makes {result}.",
    no_division="Nobody can divide by zero, not even I.",
    count_limit="I'll stop at {limit}.",
    asks="Which {label} do you mean?",
    asks_number="What is the {label}?",
    tool_failed="I'm sorry, I could not {tool}.",
    that_failed="I'm sorry, that did not work.",
    tool_done="That is done.",
    tool_found="I found {count}: {items}.",
    tool_found_nothing="I found nothing.",
    and_word="and",
    more="{count} more",
    yes="Yes.",
    no="No.",
    fallbacks=(
        "I heard \"{heard}\". I'm a small offline responder, so I can't say much about that. Ask me what I can do.",
        'You said "{heard}". That is beyond me: connect a language model, and I can talk about anything.',
        'I understood "{heard}", but I know only simple things. Ask me for the time, or for a sum.',
    ),
)

_FRENCH = Phrases(
    greeting="Bonjour !",
    greeting_named="Bonjour, je suis {name}.",
    how_can_i_help="Comment puis-je vous aider ?",
    hello="Bonjour ! Que puis-je faire pour vous ?",
    how_are_you="Je vais très bien, merci. Comment puis-je vous aider ?",
    my_name="Je suis {name}.",
    no_name="Je suis votre humain numérique.",
    thanks="Je vous en prie !",
    bye="Au revoir ! À bientôt.",
    never_mind="D'accord, laissons cela.",
    nothing_heard="Pardon, je n'ai pas compris. Pouvez-vous répéter ?",
    nothing_to_repeat="Je n'ai encore rien dit.",
    no_sight="Je suis désolé, je ne peux pas voir les images. Dites-moi ce qu'elle montre.",
    time="Il est {time}.",
    date="Nous sommes le {date}.",
    joke="Pourquoi l'humain numérique fait-il une pause ? Il avait trop de connexions ouvertes.",
    abilities="Je peux donner l'heure et la date, calculer et compter.",
    abilities_with_tools="Je peux aider à ceci : {tools}. Je donne aussi l'heure et la date, et je calcule.",
    result="Cela fait {result}.",
    no_division="On ne peut pas diviser par zéro.",
    count_limit="Je m'arrête à {limit}.",
    asks="De quoi parlez-vous exactement : {label} ?",
    asks_number="Quelle valeur pour : {label} ?",
    tool_failed="Je suis désolé, je n'y suis pas arrivé : {tool}.",
    that_failed="Je suis désolé, cela n'a pas fonctionné.",
    tool_done="C'est fait.",
    tool_found="J'ai trouvé {count} réponses : {items}.",
    tool_found_nothing="Je n'ai rien trouvé.",
    and_word="et",
    more="{count} de plus",
    yes="Oui.",
    no="Non.",
    fallbacks=(
        "J'ai entendu : « {heard} ». Je suis un petit répondeur hors ligne et je n'en sais pas plus.",
        "Vous avez dit : « {heard} ». Avec un modèle de langue, je pourrais en parler.",
    ),
)

_GERMAN = Phrases(
    greeting="Hallo!",
    greeting_named="Hallo, ich bin {name}.",
    how_can_i_help="Wie kann ich helfen?",
    hello="Hallo! Was kann ich für Sie tun?",
    how_are_you="Mir geht es sehr gut, danke. Wie kann ich helfen?",
    my_name="Ich bin {name}.",
    no_name="Ich bin Ihr digitaler Mensch.",
    thanks="Gern geschehen!",
    bye="Auf Wiedersehen! Es war nett, mit Ihnen zu sprechen.",
    never_mind="In Ordnung, lassen wir das.",
    nothing_heard="Entschuldigung, das habe ich nicht verstanden. Sagen Sie es bitte noch einmal.",
    nothing_to_repeat="Ich habe noch nichts gesagt.",
    no_sight="Es tut mir leid, ich kann keine Bilder sehen. Sagen Sie mir, was darauf ist.",
    time="Es ist {time} Uhr.",
    date="Heute ist der {date}.",
    joke="Warum macht der digitale Mensch eine Pause? Er hatte zu viele offene Verbindungen.",
    abilities="Ich kann die Uhrzeit und das Datum nennen, rechnen und zählen.",
    abilities_with_tools="Dabei kann ich helfen: {tools}. Ich nenne auch Uhrzeit und Datum, und ich rechne.",
    result="Das macht {result}.",
    no_division="Durch null kann niemand teilen.",
    count_limit="Ich höre bei {limit} auf.",
    asks="Was meinen Sie genau: {label}?",
    asks_number="Welcher Wert für: {label}?",
    tool_failed="Es tut mir leid, das hat nicht geklappt: {tool}.",
    that_failed="Es tut mir leid, das hat nicht geklappt.",
    tool_done="Das ist erledigt.",
    tool_found="Ich habe {count} gefunden: {items}.",
    tool_found_nothing="Ich habe nichts gefunden.",
    and_word="und",
    more="{count} weitere",
    yes="Ja.",
    no="Nein.",
    fallbacks=(
        "Ich habe „{heard}“ gehört. Ich bin ein kleiner Antwortgeber ohne Netz und weiß dazu nichts.",
        "Sie sagten „{heard}“. Mit einem Sprachmodell könnte ich darüber reden.",
    ),
)

_SPANISH = Phrases(
    greeting="¡Hola!",
    greeting_named="Hola, soy {name}.",
    how_can_i_help="¿En qué puedo ayudarle?",
    hello="¡Hola! ¿Qué puedo hacer por usted?",
    how_are_you="Estoy muy bien, gracias. ¿En qué puedo ayudarle?",
    my_name="Soy {name}.",
    no_name="Soy su humano digital.",
    thanks="¡De nada!",
    bye="¡Adiós! Ha sido un placer.",
    never_mind="De acuerdo, dejémoslo.",
    nothing_heard="Perdón, no le he entendido. ¿Puede repetirlo?",
    nothing_to_repeat="Todavía no he dicho nada.",
    no_sight="Lo siento, no puedo ver imágenes. Dígame qué se ve en ella.",
    time="Son las {time}.",
    date="Hoy es {date}.",
    joke="¿Por qué descansa el humano digital? Tenía demasiadas conexiones abiertas.",
    abilities="Puedo decir la hora y la fecha, calcular y contar.",
    abilities_with_tools="Puedo ayudar con esto: {tools}. También digo la hora y la fecha, y calculo.",
    result="Son {result}.",
    no_division="No se puede dividir entre cero.",
    count_limit="Me detengo en {limit}.",
    asks="¿A qué se refiere exactamente: {label}?",
    asks_number="¿Qué valor para: {label}?",
    tool_failed="Lo siento, no lo he conseguido: {tool}.",
    that_failed="Lo siento, no ha funcionado.",
    tool_done="Hecho.",
    tool_found="He encontrado {count}: {items}.",
    tool_found_nothing="No he encontrado nada.",
    and_word="y",
    more="{count} más",
    yes="Sí.",
    no="No.",
    fallbacks=(
        "He oído «{heard}». Soy un pequeño asistente sin conexión y no sé más sobre eso.",
        "Usted dijo «{heard}». Con un modelo de lenguaje podría hablar de ello.",
    ),
)

_ITALIAN = Phrases(
    greeting="Ciao!",
    greeting_named="Ciao, sono {name}.",
    how_can_i_help="Come posso aiutarla?",
    hello="Ciao! Che cosa posso fare per lei?",
    how_are_you="Sto molto bene, grazie. Come posso aiutarla?",
    my_name="Sono {name}.",
    no_name="Sono il suo umano digitale.",
    thanks="Prego!",
    bye="Arrivederci! È stato un piacere.",
    never_mind="Va bene, lasciamo stare.",
    nothing_heard="Mi scusi, non ho capito. Può ripetere?",
    nothing_to_repeat="Non ho ancora detto niente.",
    no_sight="Mi dispiace, non posso vedere le immagini. Mi dica che cosa mostra.",
    time="Sono le {time}.",
    date="Oggi è il {date}.",
    joke="Perché l'umano digitale fa una pausa? Aveva troppe connessioni aperte.",
    abilities="Posso dire l'ora e la data, fare calcoli e contare.",
    abilities_with_tools="Posso aiutare con questo: {tools}. Dico anche l'ora e la data, e faccio calcoli.",
    result="Fa {result}.",
    no_division="Non si può dividere per zero.",
    count_limit="Mi fermo a {limit}.",
    asks="Che cosa intende esattamente: {label}?",
    asks_number="Quale valore per: {label}?",
    tool_failed="Mi dispiace, non ci sono riuscito: {tool}.",
    that_failed="Mi dispiace, non ha funzionato.",
    tool_done="Fatto.",
    tool_found="Ho trovato {count}: {items}.",
    tool_found_nothing="Non ho trovato niente.",
    and_word="e",
    more="altri {count}",
    yes="Sì.",
    no="No.",
    fallbacks=(
        "Ho sentito «{heard}». Sono un piccolo assistente senza rete e non ne so di più.",
        "Ha detto «{heard}». Con un modello linguistico potrei parlarne.",
    ),
)

_CHINESE = Phrases(
    greeting="你好！",
    greeting_named="你好，我是{name}。",
    how_can_i_help="有什么可以帮您？",
    hello="你好！我能为您做什么？",
    how_are_you="我很好，谢谢。有什么可以帮您？",
    my_name="我是{name}。",
    no_name="我是您的数字人。",
    thanks="不客气！",
    bye="再见！很高兴和您聊天。",
    never_mind="好的，没关系。",
    nothing_heard="对不起，我没听清，请再说一遍。",
    nothing_to_repeat="我还没有说话。",
    no_sight="对不起，我看不到图片。请告诉我上面有什么。",
    time="现在是{time}。",
    date="今天是{date}。",
    joke="数字人为什么要休息？因为它打开的连接太多了。",
    abilities="我可以报时间和日期、做算术、数数。",
    abilities_with_tools="我可以帮您：{tools}。我还可以报时间和日期、做算术。",
    result="等于{result}。",
    no_division="不能除以零。",
    count_limit="我数到{limit}为止。",
    asks="请问具体是哪个：{label}？",
    asks_number="请问{label}是多少？",
    tool_failed="对不起，{tool}没有成功。",
    that_failed="对不起，没有成功。",
    tool_done="完成了。",
    tool_found="我找到了{count}个：{items}。",
    tool_found_nothing="我什么也没找到。",
    and_word="和",
    more="另外{count}个",
    yes="是的。",
    no="不是。",
    fallbacks=(
        "我听到“{heard}”。我只是一个离线的小助手，不太了解这个。",
        "您说“{heard}”。如果连接语言模型，我就可以谈这个。",
    ),
)

_TABLES = {"en": _ENGLISH, "fr": _FRENCH, "de": _GERMAN, "es": _SPANISH, "it": _ITALIAN, "zh": _CHINESE}


def phrases_for(language: str) -> Phrases:
    """The sentences in a language; English for those that have none here."""
    return _TABLES.get(language.partition("-")[0].lower(), _ENGLISH)


def has_phrases(language: str) -> bool:
    """Whether there are sentences in this language, so that it makes sense to speak it."""
    return language.partition("-")[0].lower() in _TABLES
