using System.Buffers;
using System.Text;
using Gatehouse.Detection.Findings;

namespace Gatehouse.Detection.Secrets;

/// <summary>
/// A detector of secrets by the formats of their issuers, by checksums where formats have them, by the syntax around credentials, and by the name
/// of a value together with its randomness. Each part goes over the text once and looks a bounded distance ahead, so that the time is linear.
/// </summary>
internal static class SecretDetector
{
    private const int AwsSecretLength = 40;
    private const int Announced = 60;

    private static readonly SearchValues<string> Announcements =
        SearchValues.Create(["aws", "amazon", "secret", "credential", "access_key", "accesskey", "access key", "client(", "key is",
            "schlüssel", "nøgle", "clave ", "clé ", "chiave", "chave ", "sleutel", "nyckel", "klucz", "ключ", "密钥", "キー"],
            StringComparison.OrdinalIgnoreCase);

    /// <summary>The known kinds.</summary>
    public static IEnumerable<string> Kinds => SecretFormats.All.Select(format => format.Kind).Distinct(StringComparer.Ordinal)
        .Concat(["private-key", "password-in-url", "basic-credentials", "bearer-token", "password-by-name", "secret-by-name", "kubernetes-secret",
            "aws-secret-key"]);

    /// <summary>Returns the secrets of a text in order, none overlapping another.</summary>
    public static IReadOnlyList<SecretHit> Find(string text) => Find(text, isWide: false);

    /// <summary>Returns the confidence that the value of a variable, header or member with this name is a secret written out.</summary>
    public static Confidence? ByName(string name, string value) =>
        !SecretNames.IsTelling(name) || PublishedValues.Has(value) ? null
            : SecretNames.IsPassword(name) ? SecretJudges.Named(value, mayBePublic: false) ?? SecretJudges.Password(value)
            : SecretJudges.Named(value, !NameWords.IsOfSecret(name));

    /// <summary>Returns the text with the value of each secret replaced by its kind. It takes more for a secret than a finding does.</summary>
    public static string Mask(string text)
    {
        var hits = Find(text, isWide: true);
        if (hits.Count == 0) return text;
        var masked = new StringBuilder(text.Length);
        var at = 0;
        foreach (var hit in hits)
        {
            masked.Append(text, at, hit.Start - at).Append('<').Append(hit.Kind).Append('>');
            at = hit.Start + hit.Length;
        }

        return masked.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Returns the secrets of a text as <see cref="Mask"/> takes them.</summary>
    public static IReadOnlyList<SecretHit> FindWide(string text) => Find(text, isWide: true);

    private static List<SecretHit> Find(string text, bool isWide)
    {
        var found = new List<SecretHit>();
        PrivateKeys.Find(text, found);
        PrivateKeys.OfJsonWebKeys(text, found);
        SecretFormats.Find(text, found);
        Credentials.InUrls(text, found);
        Credentials.OfSchemes(text, found);
        Credentials.OfHeaders(text, found);
        Credentials.OfCommands(text, found);
        CommandPasswords.Find(text, found);
        NamedValues.Find(text, isWide, found);
        KubernetesSecrets.Find(text, found);
        AwsSecrets(text, found);
        // A published value is no finding. A screen hides it like any other, so that no text is shown because it is in a table.
        if (!isWide) found.RemoveAll(hit => PublishedValues.Has(text.AsSpan(hit.Start, hit.Length)));
        return found.Count < 2 ? found : WithoutOverlap(found);
    }

    // Parts add in the order of their certainty: of two that overlap, the first one added stays, unless the other is surer.
    private static List<SecretHit> WithoutOverlap(List<SecretHit> found)
    {
        var ordered = found.Select((hit, order) => (hit, order)).OrderBy(pair => pair.hit.Start).ThenByDescending(pair => pair.hit.Confidence)
            .ThenBy(pair => pair.order).ThenByDescending(pair => pair.hit.Length);
        var kept = new List<(SecretHit Hit, int Order)>();
        foreach (var (hit, order) in ordered)
        {
            if (kept.Count == 0 || hit.Start >= kept[^1].Hit.Start + kept[^1].Hit.Length) kept.Add((hit, order));
            else if ((hit.Confidence, -order).CompareTo((kept[^1].Hit.Confidence, -kept[^1].Order)) > 0) kept[^1] = (Joined(kept[^1].Hit, hit),
                order);
        }

        return [.. kept.Select(pair => pair.Hit)];
    }

    // The surer kind over the whole place of both, so that nothing of either is shown.
    private static SecretHit Joined(SecretHit first, SecretHit surer) =>
        surer with { Start = first.Start, Length = Math.Max(first.Start + first.Length, surer.Start + surer.Length) - first.Start };

    private static void AwsSecrets(string text, List<SecretHit> hits)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && IsOfSecret(text[end])) end++;
            // The full stop of a sentence is no part of it.
            var stop = end > at && text[end - 1] == '.' ? end - 1 : end;
            if (stop - at == AwsSecretLength && text.AsSpan(at, AwsSecretLength).IndexOfAny("=_.-") < 0
                && SecretJudges.AwsSecret(text.Substring(at, AwsSecretLength)) is { } confidence)
                hits.Add(new SecretHit("aws-secret-key", at, AwsSecretLength, IsAnnounced(text, at) ? Confidence.Medium : confidence));
            at = Math.Max(end, at + 1);
        }
    }

    // Without a mark of its own, the words before it say whether it is meant as a secret.
    private static bool IsAnnounced(string text, int at) => text.AsSpan(Math.Max(0, at - Announced), Math.Min(at, Announced)).ContainsAny(
        Announcements);

    private static bool IsOfSecret(char character) => char.IsAsciiLetterOrDigit(character) || character is '/' or '+' or '=' or '_' or '.' or '-';
}
