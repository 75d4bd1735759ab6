using System.Collections.Frozen;

namespace Gatehouse.Pipeline.Asks;

/// <summary>
/// Does a text name a secret? By words in the languages most forms are written in, not by meaning: what is written around them is
/// missed, and the threat model says so (H10).
/// </summary>
internal static class SecretWords
{
    private static readonly FrozenSet<string> Nothing = FrozenSet<string>.Empty;
    private static readonly FrozenSet<string> AboutPasswords = Set("policy policies manager managers length strength expiry expiration rotation reset rules requirements protected protection age accepted");
    private static readonly FrozenSet<string> AboutTokens = Set("count counts limit limits budget usage name symbol type types price size length window cap max id ids standard contract address supply estimate cost");
    private static readonly FrozenSet<string> BeforeTokens = Set("max maximum min minimum per output input context stop end cancellation");
    private static readonly FrozenSet<string> AboutSecrets = Set("santa name names id ids manager managers path ingredient level");
    private static readonly FrozenSet<string> AboutPins = Set("board color colour location map message post icon position");
    private static readonly FrozenSet<string> BeforePins = Set("map location push drop");
    private static readonly FrozenSet<string> OtherCards = Set("library business playing membership loyalty member report");
    private static readonly FrozenSet<string> AboutCards = Set("type brand company network design");
    private static readonly FrozenSet<string> PostalWords = Set("postal zip postcode post delivery shipping");
    private static readonly FrozenSet<string> Ambiguous = Set("token pin pincode secret");
    private static readonly FrozenSet<string> Turns = Set("but only except instead rather then unless until otherwise and if when before after");
    private const int FarthestNegation = 10;
    private static readonly FrozenSet<string> Fillers = Set("your a an any the my our real for in us");
    private static readonly FrozenSet<string> Negations = Set("not never dont cannot without t");
    private static readonly FrozenSet<string> AskingVerbs = Set(
        "enter type provide give paste supply confirm input submit need needs share send reply tell ask requires require required please what whats "
        + "eingeben geben gib bestatigen saisir saisissez entrez donnez fournir introduzca ingrese introduce escriba digite informe inserisci immetti voer ange");

    private static readonly SecretTerm[] Terms =
    [
        .. Of(AboutPasswords, Nothing, false, "password", "passwords", "passwd", "pass word", "passphrase", "pass phrase", "pwd", "passkey", "master password"),
        .. Of(Nothing, Nothing, true, "passcode", "pass code"),
        .. Of(AboutPins, BeforePins, true, "pin", "pincode", "pin code", "pin number", "pinnumber"),
        .. Of(AboutTokens, BeforeTokens, false, "token", "bearer", "jwt"),
        .. Of(Nothing, Nothing, false, "access tokens", "api tokens", "accesstoken", "authtoken", "apitoken", "refreshtoken", "sessiontoken", "session cookie", "session cookies", "sessionid"),
        .. Of(AboutSecrets, Nothing, false, "secret", "secrets", "clientsecret"),
        .. Of(Nothing, Nothing, false, "api key", "api keys", "apikey", "apikeys", "access key", "accesskey", "secret key", "secretkey", "private key", "privatekey", "ssh key", "encryption key", "signing key"),
        .. Of(Set("type types name id ids"), Nothing, false, "credential", "credentials"),
        .. Of(Nothing, OtherCards, true, "card number", "cardnumber", "card no", "cc number", "ccnumber", "creditcardnumber", "debitcardnumber", "pan number"),
        .. Of(AboutCards, Nothing, true, "credit card", "creditcard", "debit card", "debitcard"),
        .. Of(Nothing, Nothing, true, "cvv", "cvc", "cvv2", "cvn", "card verification", "security code", "securitycode"),
        .. Of(Nothing, Nothing, true, "otp", "totp", "one time code", "onetime code", "onetimecode", "one time pin", "2fa", "mfa code", "authenticator code", "verification code", "verificationcode", "sms code", "auth code", "authentication code", "recovery code", "recovery codes", "backup code", "backup codes", "login code", "access code"),
        .. Of(Nothing, Nothing, false, "seed phrase", "seedphrase", "recovery phrase", "mnemonic", "security answer", "secret answer", "maiden name"),
        // German
        .. Of(Nothing, Nothing, false, "passwort", "passworter", "kennwort", "losungswort", "zugangsdaten", "anmeldedaten", "geheimnis", "zugangsschlussel", "api schlussel", "privater schlussel"),
        .. Of(Nothing, Nothing, true, "geheimzahl", "kartennummer", "kreditkarte", "kreditkartennummer", "prufziffer", "prufnummer", "einmalcode", "bestatigungscode", "sicherheitscode", "tan"),
        // French
        .. Of(Nothing, Nothing, false, "mot de passe", "motdepasse", "mots de passe", "cle api", "cle d api", "cle secrete", "cle privee", "jeton", "identifiants"),
        .. Of(Nothing, Nothing, true, "code secret", "numero de carte", "code de verification", "code de securite", "cryptogramme", "carte bancaire"),
        // Spanish, Portuguese, Italian
        .. Of(Nothing, Nothing, false, "contrasena", "contrasenas", "clave de acceso", "clave secreta", "clave privada", "clave api", "credenciales", "senha", "senhas", "palavra passe", "chave de api", "chave secreta", "credenciais", "parola d ordine", "chiave api", "chiave segreta", "credenziali"),
        .. Of(Nothing, Nothing, true, "numero de tarjeta", "tarjeta de credito", "codigo de seguridad", "codigo de verificacion", "numero do cartao", "cartao de credito", "codigo de seguranca", "codice segreto", "numero della carta", "numero di carta", "carta di credito", "codice di sicurezza"),
        // Dutch, Scandinavian, Finnish, Polish, Czech, Turkish, Indonesian, Vietnamese
        .. Of(Nothing, Nothing, false, "wachtwoord", "losenord", "adgangskode", "kodeord", "passord", "salasana", "haslo", "heslo", "sifre", "sifreniz", "parolaniz", "kata sandi", "mat khau"),
        .. Of(Nothing, Nothing, true, "kaartnummer", "kortnummer", "karta kredytowa", "numer karty"),
    ];

    // Scripts that are written without spaces, or whose words are inflected: found anywhere in the text.
    private static readonly string[] Anywhere =
    [
        .. new[]
        {
            "парол", "пин-код", "секретный ключ", "номер карты", "код подтверждения", "κωδικό", "密码", "密碼", "口令", "验证码", "驗證碼", "密钥", "私钥", "卡号", "パスワード", "暗証番号", "認証コード", "確認コード",
            "カード番号", "비밀번호", "인증번호", "카드번호", "كلمة المرور", "كلمة السر", "סיסמ", "पासवर्ड", "รหัสผ่าน",
        }.Select(term => NormalText.Fold(term).ToLowerInvariant()),
    ];

    private static readonly FrozenDictionary<string, SecretTerm[]> ByFirstWord =
        Terms.GroupBy(term => term.Words[0], StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

    /// <summary>The secret that a field's name, title or description names; null when it names none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="numbers">True for a field that takes numbers alone.</param>
    public static string? NamedBy(string text, bool numbers)
    {
        if (FoundAnywhere(text) is { } found) return found;
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
    /// Whether a short name that is a secret by itself (<c>token</c>, <c>pin</c>) is said to be something else by another text of the field: one that uses
    /// the word, and only for that (<c>Token symbol</c>).
    /// </summary>
    /// <param name="name">The field's name.</param>
    /// <param name="others">Title and description.</param>
    /// <param name="numbers">True for a field that takes numbers alone.</param>
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

    /// <summary>The secret that a message asks for: one that stands near a word of asking in one sentence. Null when it asks for none.</summary>
    public static string? AskedBy(string text, bool numbers)
    {
        foreach (var sentence in text.Split(['.', '?', '!', ';', '\n', '。', '？'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (FoundAnywhere(sentence) is { } found) return found;
            var words = NormalText.Words(sentence);
            for (var i = 0; i < words.Count; i++)
            {
                if (At(words, i, numbers) is { } term && !IsNegated(words, i) && IsAskedFor(words, i)) return string.Join(' ', term.Words);
            }

            if (CodeWords.AskedIn(words)) return CodeWords.Term;
        }

        return null;
    }

    // A mark inside a word ends nothing: it may be there to take a word apart.
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

    private static string? FoundAnywhere(string text)
    {
        var folded = NormalText.Fold(text).ToLowerInvariant();
        return Array.Find(Anywhere, term => folded.Contains(term, StringComparison.Ordinal));
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
        return term.Words[0] is not ("pin" or "pincode") || !words.Exists(PostalWords.Contains); // in India the postal code
    }

    // "name of the Kubernetes secret": what is asked for is the name.
    private static bool IsNameOf(List<string> words, int at)
    {
        for (var i = at - 1; i > 0 && i >= at - 3; i--)
        {
            if (words[i] is "and" or "or" or "plus" or "with") return false;
            if (words[i] is "of") return words[i - 1] is "name" or "names" or "id" or "identifier";
        }

        return false;
    }

    // "never enter your password here", "do not give us your phone number, pin, or other sensitive info": a negation reaches to the end of its clause,
    // unless another demand comes between or behind, so that a warning elsewhere does not help.
    private static bool IsNegated(List<string> words, int at)
    {
        var i = at - 1;
        while (i >= 0 && Fillers.Contains(words[i])) i--;
        if (i < 0) return false;
        if (words[i] is "without" or "no" or "not" or "never") return true;
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
