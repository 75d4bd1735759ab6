using System.Globalization;
using System.Text.Json;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Identity.Revocations;

/// <summary>
/// A reader of lists of revocations that other programs write: a line of JSON each, the first of which is <c>{"version":1}</c>. Nothing of a faulty
/// list counts, so that the last good one stays in force.
/// </summary>
public static class RevocationFile
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The most revocations in a list.</summary>
    public const int MaxEntries = 100_000;

    /// <summary>The largest list read, in bytes: 32 MiB.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Reads a list.</summary>
    /// <param name="content">UTF-8; empty lines do not count.</param>
    /// <exception cref="InvalidDataException">The first fault, with its line and a remedy.</exception>
    public static IReadOnlyList<Revocation> Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > MaxBytes)
            throw new InvalidDataException($"the list is larger than {MaxBytes} bytes");
        var revocations = new List<Revocation>();
        var number = 0;
        var hasVersion = false;
        foreach (var range in content.Span.Split((byte)'\n'))
        {
            number++;
            var line = content[range];
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            var root = ReadLine(line, number);
            if (hasVersion)
                revocations.Add(ReadEntry(root, number));
            else
                CheckVersion(root, number);
            hasVersion = true;
            if (revocations.Count > MaxEntries)
                throw new InvalidDataException($"line {number}: the list holds more than {MaxEntries} revocations");
        }

        return hasVersion ? revocations : throw new InvalidDataException("line 1: the list does not begin with {\"version\":1}");
    }

    private static JsonElement ReadLine(ReadOnlyMemory<byte> line, int number) => StrictJson.Parse(line, out var root) is StrictJsonFault.None
        ? root
        : throw new InvalidDataException($"line {number}: this is not one JSON object with each name once");

    private static void CheckVersion(JsonElement root, int number)
    {
        if (!root.TryGetProperty("version", out var version) || version.ValueKind != JsonValueKind.Number || root.EnumerateObject().Count() != 1)
            throw new InvalidDataException($"line {number}: the list does not begin with {{\"version\":1}}");
        if (!version.TryGetInt32(out var value) || value != Version)
            throw new InvalidDataException(
                $"line {number}: this build reads version {Version} of the list; write that, or use the release that reads yours");
    }

    private static Revocation ReadEntry(JsonElement root, int number)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is not ("kind" or "issuer" or "value" or "before" or "note"))
                throw new InvalidDataException($"line {number}: only kind, issuer, value, before and note are known");
            if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString()!.Length is 0 or > 4096)
                throw new InvalidDataException($"line {number}: '{member.Name}' is not a text of 1 to 4096 characters");
        }

        var kind = Kind(Text(root, "kind"), number);
        var issuer = Text(root, "issuer");
        var value = Text(root, "value");
        if (issuer is null != (kind == RevocationKind.TokenHash))
            throw new InvalidDataException($"line {number}: every kind but token names its issuer, and token names none");
        if (value is null != (kind == RevocationKind.Issuer))
            throw new InvalidDataException($"line {number}: every kind but issuer names a value, and issuer names none");
        if (kind == RevocationKind.TokenHash && (!TokenHash.TryParse(value, out var hash) || hash.ToString() != value))
            throw new InvalidDataException($"line {number}: the value is not a SHA-256 in 64 lower-case hexadecimal digits");
        return new Revocation(kind, issuer ?? "", value ?? "", Before(root, kind, number), DateTimeOffset.MaxValue);
    }

    private static RevocationKind Kind(string? text, int number) => text switch
    {
        "token" => RevocationKind.TokenHash,
        "jti" => RevocationKind.TokenId,
        "session" => RevocationKind.Session,
        "subject" => RevocationKind.Subject,
        "client" => RevocationKind.Client,
        "issuer" => RevocationKind.Issuer,
        _ => throw new InvalidDataException($"line {number}: kind is not token, jti, session, subject, client or issuer"),
    };

    // Without a moment every token is hit, also those made later.
    private static DateTimeOffset Before(JsonElement root, RevocationKind kind, int number)
    {
        if (Text(root, "before") is not { } text)
            return DateTimeOffset.MaxValue;
        if (kind is RevocationKind.TokenHash or RevocationKind.TokenId or RevocationKind.Session)
            throw new InvalidDataException($"line {number}: 'before' means something with subject, client and issuer only");
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
            ? moment
            : throw new InvalidDataException($"line {number}: 'before' is not a moment like 2026-01-31T12:00:00Z");
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
}
