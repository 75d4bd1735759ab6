using System.Collections.Frozen;

namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>
/// The detection of texts that name a secret. It uses words in the languages of most forms, and not meaning: a paraphrase is not detected, and the
/// threat model says so (H10).
/// </summary>
internal static class SecretWords
{
    private static readonly FrozenSet<string> Nothing = FrozenSet<string>.Empty;
    private static readonly FrozenSet<string> AboutPasswords =
        Set("policy policies manager managers length strength expiry expiration rotation reset rules requirements protected protection age accepted");
    private static readonly FrozenSet<string> AboutTokens =
        Set("count counts limit limits budget usage name symbol type types price size length window cap max id ids standard contract address supply "
            + "estimate cost");
    private static readonly FrozenSet<string> BeforeTokens = Set("max maximum min minimum per output input context stop end cancellation");
    private static readonly FrozenSet<string> AboutSecrets = Set("santa name names id ids manager managers path ingredient level");
    private static readonly FrozenSet<string> AboutPins = Set("board color colour location map message post icon position");
    private static readonly FrozenSet<string> BeforePins = Set("map location push drop");
    private static readonly FrozenSet<string> OtherCards = Set("library business playing membership loyalty member report");
    private static readonly FrozenSet<string> AboutCards = Set("type brand company network design");
    private static readonly FrozenSet<string> PostalWords = Set("postal zip postcode post delivery shipping");
    private static readonly FrozenSet<string> Ambiguous = Set("token pin pincode secret");
    private static readonly FrozenSet<string> Turns = Set(
        "but only except instead rather than then unless until otherwise and if when before after sondern aber ausser nur mais sauf seulement sino "
            + "pero salvo solo ma tranne mas exceto apenas maar behalve alleen ale lecz oprocz poza niz tylko que che senao");
    private const int FarthestNegation = 10;
    private static readonly FrozenSet<string> Fillers = Set(
        "your a an any the my our real for in us hier ihr ihre ihren ihrem dein deine votre vos ici su sus tu tus aqui tua tue tuo tuoi qui sua seu "
            + "suas seus uw je jouw swojego swoje twojego");
    private static readonly FrozenSet<string> DirectNegations =
        Set("without no not never ohne kein keine keinen keinerlei sans jamais sin nunca senza mai sem zonder nooit geen bez");
    private static readonly FrozenSet<string> Negations =
        Set("not never dont cannot without t nicht niemals nie kein keine keinen no nunca jamas non mai nao nooit niet n ne");
    private static readonly FrozenSet<string> Attributes = Set(
        "length strength age policy expiry rotation lange mindestlange starke richtlinie ablauf longueur duree politique longitud politica "
            + "caducidad lunghezza scadenza robustezza comprimento tamanho validade "
        + "lengte sterkte beleid geldigheid dlugosc sila waznosc polityka");
    private static readonly FrozenSet<string> Connectors =
        Set("of the your a an des der von vom ihres du de d la le les l votre el los las su del della dei delle di do da dos das sua van het uw je");
    private static readonly FrozenSet<string> AskingVerbs = Set(
        "enter type provide give paste supply confirm input submit need needs share send reply tell ask requires require required please what whats "
        + "eingeben geben gib bestatigen saisir saisissez entrez donnez fournir introduzca ingrese introduce escriba digite informe inserisci "
        + "immetti voer ange "
        + "geben teilen senden schreiben nennen indiquez ecrivez communiquez partagez envoyez escribir indique comparta envie proporcione scrivere "
        + "scriva inserire indicare condividere escreva insira indique compartilhe vul deel stuur noem wpisz wpisuj podaj podawaj wysylaj udostepniaj");

    private static readonly SecretTerm[] Terms =
    [
        .. Of(AboutPasswords, Nothing, false, "password", "passwords", "passwd", "pass word", "passphrase", "pass phrase", "pwd", "passkey",
            "master password", "db pass", "database pass", "user pass", "admin pass", "root pass", "server pass", "smtp pass", "wifi pass"),
        .. Of(Nothing, Nothing, true, "passcode", "pass code"),
        .. Of(AboutPins, BeforePins, true, "pin", "pincode", "pin code", "pin number", "pinnumber"),
        .. Of(AboutTokens, BeforeTokens, false, "token", "bearer", "jwt"),
        .. Of(Nothing, Nothing, false, "access tokens", "api tokens", "accesstoken", "authtoken", "apitoken", "refreshtoken", "sessiontoken",
            "session cookie", "session cookies", "sessionid"),
        .. Of(AboutSecrets, Nothing, false, "secret", "secrets", "clientsecret"),
        .. Of(Nothing, Nothing, false, "api key", "api keys", "apikey", "apikeys", "access key", "accesskey", "secret key", "secretkey",
            "private key", "privatekey", "ssh key", "encryption key", "signing key"),
        .. Of(Set("type types name id ids"), Nothing, false, "credential", "credentials"),
        .. Of(Nothing, OtherCards, true, "card number", "cardnumber", "card no", "cc number", "ccnumber", "creditcardnumber", "debitcardnumber",
            "pan number"),
        .. Of(AboutCards, Nothing, true, "credit card", "creditcard", "debit card", "debitcard"),
        .. Of(Nothing, Nothing, true, "cvv", "cvc", "cvv2", "cvn", "card verification", "security code", "securitycode"),
        .. Of(Nothing, Nothing, true, "otp", "totp", "one time code", "onetime code", "onetimecode", "one time pin", "2fa", "mfa code",
            "authenticator code", "verification code", "verificationcode", "sms code", "auth code", "authentication code", "recovery code",
            "recovery codes", "backup code", "backup codes", "login code", "access code"),
        .. Of(Nothing, Nothing, false, "seed phrase", "seedphrase", "recovery phrase", "mnemonic", "security answer", "secret answer", "maiden name"),
        // German
        .. Of(Nothing, Nothing, false, "passwort", "passworter", "kennwort", "losungswort", "zugangsdaten", "anmeldedaten", "zugriffsdaten",
            "geheimnis", "zugangsschlussel", "zugriffsschlussel", "api schlussel", "ssh schlussel", "privater schlussel", "privaten schlussel",
            "geheimer schlussel", "geheimen schlussel", "geheimschlussel", "zugriffstoken", "zugangstoken", "wiederherstellungsphrase",
            "einmalpasswort", "passwortes", "passworts", "madchenname", "madchennamen", "sicherheitsfrage"),
        .. Of(Nothing, Nothing, true, "geheimzahl", "kartennummer", "kreditkarte", "kreditkartennummer", "prufziffer", "prufnummer", "einmalcode",
            "bestatigungscode", "sicherheitscode", "zugangscode", "wiederherstellungscode", "tan"),
        // French
        .. Of(Nothing, Nothing, false, "mot de passe", "motdepasse", "mots de passe", "cle api", "cle d api", "cle secrete", "cle privee",
            "cle d acces", "cle ssh", "jeton", "identifiants", "phrase de recuperation", "phrase secrete", "phrase de passe", "nom de jeune fille"),
        .. Of(Nothing, Nothing, true, "code secret", "code confidentiel", "code d acces", "numero de carte", "code de verification",
            "code de securite", "code a usage unique", "cryptogramme", "carte bancaire"),
        // Spanish, Portuguese, Italian
        .. Of(Nothing, Nothing, false, "contrasena", "contrasenas", "clave de acceso", "clave secreta", "clave privada", "clave api", "clave de api",
            "clave ssh", "llave ssh", "llave privada", "credenciales", "secreto", "frase de recuperacion", "frase semilla", "apellido de soltera"),
        .. Of(Nothing, Nothing, false, "senha", "senhas", "palavra passe", "chave de api", "chave api", "chave secreta", "chave privada", "chave ssh",
            "chave de acesso", "credenciais", "segredo", "frase de recuperacao", "nome de solteira", "sobrenome de solteira"),
        .. Of(Nothing, Nothing, false, "parola d ordine", "chiave api", "chiave segreta", "chiave privata", "chiave ssh", "chiave di accesso",
            "credenziali", "segreto", "frase di recupero", "frase segreta", "cognome da nubile"),
        .. Of(Nothing, Nothing, true, "numero de tarjeta", "tarjeta de credito", "tarjeta de debito", "tarjeta bancaria", "codigo de seguridad",
            "codigo de verificacion", "codigo de acceso", "numero do cartao", "cartao de credito", "codigo de seguranca", "codigo de verificacao",
            "codigo de acesso", "codice segreto", "codice di verifica", "codice di accesso", "numero della carta", "numero di carta",
            "carta di credito", "codice di sicurezza"),
        // Dutch, Scandinavian, Finnish, Polish, Czech, Turkish, Indonesian, Vietnamese
        .. Of(Nothing, Nothing, false, "wachtwoord", "wachtwoorden", "wachtzin", "inloggegevens", "toegangstoken", "toegangssleutel", "api sleutel",
            "prive sleutel", "ssh sleutel", "privesleutel", "geheime sleutel", "geheim", "herstelzin", "herstelfrase", "meisjesnaam"),
        .. Of(Nothing, Nothing, false, "losenord", "adgangskode", "kodeord", "passord", "salasana", "haslo", "hasla", "haslem", "klucz api",
            "klucz prywatny", "prywatny klucz", "klucz ssh", "klucz tajny", "tajny klucz", "klucza prywatnego", "dane logowania",
            "fraza odzyskiwania", "fraze odzyskiwania", "nazwisko panienskie", "heslo", "sifre", "sifreniz", "parolaniz", "kata sandi", "mat khau"),
        .. Of(Nothing, Nothing, true, "kaartnummer", "beveiligingscode", "verificatiecode", "toegangscode", "eenmalige code", "kortnummer",
            "karta kredytowa", "karty kredytowej", "karty platniczej", "numer karty", "kod weryfikacyjny", "kod zabezpieczajacy",
            "kod bezpieczenstwa", "kod jednorazowy", "kod dostepu"),
    ];

    private static readonly FrozenDictionary<string, SecretTerm[]> ByFirstWord =
        Terms.GroupBy(term => term.Words[0], StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    /// <summary>Returns the secret that a field's name, title or description names; null when it names none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="numbers">True for a field that accepts only numbers.</param>
    public static string? NamedBy(string text, bool numbers)
    {
        if (UnsegmentedSecretWords.FoundIn(text, numbers) is { } found) return found;
        foreach (var clause in Clauses(text))
        {
            var words = NormalText.Words(clause);
            if (CodeWords.AskedIn(words)) return CodeWords.Term;
            for (var i = 0; i < words.Count; i++)
            {
                if (At(words, i, numbers) is { } term && !IsNegated(words, i)) return string.Join(' ', term.Words);
            }
        }

        return null;
    }

    /// <summary>
    /// Tells whether another text of the field gives a different meaning to a short name that is a secret by itself (<c>token</c>, <c>pin</c>): a
    /// text that uses the word, and only in that meaning (<c>Token symbol</c>).
    /// </summary>
    /// <param name="name">The field's name.</param>
    /// <param name="others">Title and description.</param>
    /// <param name="numbers">True for a field that accepts only numbers.</param>
    public static bool IsExplained(string name, IEnumerable<string> others, bool numbers)
    {
        var words = NormalText.Words(name);
        if (words is not [var word] || !Ambiguous.Contains(word)) return false;
        var uses = false;
        foreach (var text in others)
        {
            if (NamedBy(text, numbers) is not null) return false;
            uses |= NormalText.Words(text).Contains(word);
        }

        return uses;
    }

    /// <summary>Returns the secret that a message asks for: one near a word of asking in the same sentence. Null when it asks for none.</summary>
    public static string? AskedBy(string text, bool numbers)
    {
        foreach (var sentence in text.Split(['.', '?', '!', ';', '\n', '。', '？'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (UnsegmentedSecretWords.FoundIn(sentence, numbers) is { } found) return found;
            var words = NormalText.Words(sentence);
            for (var i = 0; i < words.Count; i++)
            {
                if (At(words, i, numbers) is { } term && !IsNegated(words, i) && IsAskedFor(words, i)) return string.Join(' ', term.Words);
            }

            if (CodeWords.AskedIn(words)) return CodeWords.Term;
        }

        return null;
    }

    // A punctuation mark inside a word ends no clause: it may be there to split the word.
    private static List<string> Clauses(string text)
    {
        List<string> clauses = [];
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var before = i == 0 || char.IsWhiteSpace(text[i - 1]);
            var after = i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]);
            var ends = text[i] switch
            {
                '\n' or '\u3002' or '\uFF1F' => true,
                '.' or '?' or '!' or ';' or ':' or ')' => after,
                '(' => before,
                '\u2014' or '\u2013' or '-' => before && after,
                _ => false,
            };
            if (!ends) continue;
            clauses.Add(text[start..i]);
            start = i + 1;
        }

        clauses.Add(text[start..]);
        return clauses;
    }

    private static SecretTerm? At(List<string> words, int at, bool numbers)
    {
        if (!ByFirstWord.TryGetValue(words[at], out var terms)) return null;
        foreach (var term in terms)
        {
            if ((!numbers || term.InNumbers) && Stands(term, words, at)) return term;
        }

        return null;
    }

    private static bool Stands(SecretTerm term, List<string> words, int at)
    {
        if (at + term.Words.Length > words.Count) return false;
        for (var i = 1; i < term.Words.Length; i++)
        {
            if (words[at + i] != term.Words[i]) return false;
        }

        var after = at + term.Words.Length;
        if (after < words.Count && term.Unless.Contains(words[after])) return false;
        if (at > 0 && term.UnlessAfter.Contains(words[at - 1])) return false;
        if (term.Words is [var single] && (Ambiguous.Contains(single) || single is "secrets") && IsNameOf(words, at)) return false;
        if (IsAttributeOf(words, at)) return false;
        return term.Words[0] is not ("pin" or "pincode") || !words.Exists(PostalWords.Contains); // in India the postal code
    }

    // "name of the Kubernetes secret": the text asks for the name.
    private static bool IsNameOf(List<string> words, int at)
    {
        for (var i = at - 1; i > 0 && i >= at - 3; i--)
        {
            if (words[i] is "and" or "or" or "plus" or "with") return false;
            if (words[i] is "of") return words[i - 1] is "name" or "names" or "id" or "identifier";
        }

        return false;
    }

    // "length of the password", "longueur du mot de passe": a property, with only articles before the secret.
    private static bool IsAttributeOf(List<string> words, int at)
    {
        var i = at - 1;
        while (i > 0 && at - i <= 3 && Connectors.Contains(words[i])) i--;
        // Polish has no articles
        return i >= 0 && Attributes.Contains(words[i]) && (i < at - 1 || words[i] is "dlugosc" or "sila" or "waznosc" or "polityka");
    }

    // "never enter your password here", "do not give us your phone number, pin, or other sensitive info": a negation extends to the end of its
    // clause, unless another demand is in between or after it. So a warning elsewhere does not help.
    private static bool IsNegated(List<string> words, int at)
    {
        var i = at - 1;
        while (i >= 0 && Fillers.Contains(words[i])) i--;
        if (i < 0) return false;
        if (DirectNegations.Contains(words[i])) return true;
        for (var back = at - 1; back >= 0 && back >= at - FarthestNegation; back--)
        {
            if (Turns.Contains(words[back])) return false;
            if (AskingVerbs.Contains(words[back])) return back > 0 && Negations.Contains(words[back - 1]) && !IsDemandedAfter(words, at);
        }

        return false;
    }

    private static bool IsDemandedAfter(List<string> words, int at)
    {
        for (var i = at + 1; i < words.Count && i <= at + 4; i++)
        {
            if (AskingVerbs.Contains(words[i]) || Turns.Contains(words[i])) return true;
        }

        return false;
    }

    private static bool IsAskedFor(List<string> words, int at)
    {
        for (var i = Math.Max(0, at - 6); i < Math.Min(words.Count, at + 7); i++)
        {
            if (AskingVerbs.Contains(words[i])) return true;
        }

        return false;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<SecretTerm> Of(FrozenSet<string> unless, FrozenSet<string> unlessAfter, bool inNumbers, params string[] phrases) =>
        phrases.Select(phrase => new SecretTerm(phrase.Split(' '), inNumbers, unless, unlessAfter));
}
