using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Tokens;

namespace Gatehouse.Gateway.Webhooks;

/// <summary>The members of a signed answer, each in its form.</summary>
internal sealed record SignedAnswer
{
    /// <summary>The longest text of a name, and of a nonce.</summary>
    private const int LongestName = 1024;

    // A longer name of an unknown member is not repeated.
    private const int LongestUnknown = 64;

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    { "approval", "digest", "shown", "decision", "person", "iat", "nonce", "reason", "acr", "amr", "auth_time" };

    private static readonly HashSet<string> KnownOfPerson = new(StringComparer.Ordinal) { "issuer", "subject" };

    private SignedAnswer()
    {
    }

    /// <summary>The question.</summary>
    public required string Approval { get; init; }

    /// <summary>Digest of the question; 64 hexadecimal digits.</summary>
    public required string Digest { get; init; }

    /// <summary>SHA-256 of the text of the notification; 64 hexadecimal digits.</summary>
    public required string Shown { get; init; }

    /// <summary>True for a grant, false for a denial.</summary>
    public required bool Grants { get; init; }

    /// <summary>Issuer of the person.</summary>
    public required string Issuer { get; init; }

    /// <summary>The person at the issuer.</summary>
    public required string Subject { get; init; }

    /// <summary>The moment of the signature (RFC 7519 §4.1.6).</summary>
    public required DateTimeOffset SignedAt { get; init; }

    /// <summary>The nonce of the notification.</summary>
    public required string Nonce { get; init; }

    /// <summary>The reason in the person's words; may be empty.</summary>
    public required string Reason { get; init; }

    /// <summary>The claims about the sign-in of the person: <c>acr</c>, <c>amr</c> and <c>auth_time</c> (OpenID Connect Core §2).</summary>
    public required ClaimSet SignIn { get; init; }

    /// <summary>Reads the members. An unknown, missing, repeated or faulty one makes the answer none.</summary>
    /// <param name="claims">The payload of the JWS.</param>
    /// <param name="fault">The member that is not as it must be; empty for an answer.</param>
    public static SignedAnswer? Read(ReadOnlyMemory<byte> claims, out string fault)
    {
        fault = "the payload is not one JSON object in which each member is there once";
        if (StrictJson.Parse(claims, out var root) != StrictJsonFault.None) return null;
        fault = Unknown(root, Known, "");
        if (fault.Length > 0) return null;
        fault = "person";
        if (!root.TryGetProperty("person", out var person) || person.ValueKind != JsonValueKind.Object) return null;
        fault = Unknown(person, KnownOfPerson, "person.");
        if (fault.Length > 0) return null;
        var (all, name) = (new ClaimSet(root), new ClaimSet(person));
        fault = FirstFaulty(all, name);
        return fault.Length > 0 ? null : new SignedAnswer
        {
            Approval = all.Text("approval")!,
            Digest = all.Text("digest")!,
            Shown = all.Text("shown")!,
            Grants = all.Text("decision") == "grant",
            Issuer = name.Text("issuer")!,
            Subject = name.Text("subject")!,
            SignedAt = all.Date("iat")!.Value,
            Nonce = all.Text("nonce")!,
            Reason = all.Text("reason") ?? "",
            SignIn = all,
        };
    }

    // Each member is read here first, so that one of another type is a fault of that member.
    private static string FirstFaulty(ClaimSet claims, ClaimSet person)
    {
        (string Member, Func<bool> IsGood)[] checks =
        [
            ("approval", () => ApprovalActs.IsCallId(claims.Text("approval") ?? "")),
            ("digest", () => ApprovalActs.IsDigest(claims.Text("digest") ?? "")),
            ("shown", () => ApprovalActs.IsDigest(claims.Text("shown") ?? "")),
            ("nonce", () => IsName(claims.Text("nonce"))),
            ("decision", () => claims.Text("decision") is "grant" or "deny"),
            ("person.issuer", () => IsName(person.Text("issuer"))),
            ("person.subject", () => IsName(person.Text("subject"))),
            ("iat", () => claims.Date("iat") is not null),
            ("reason", () => (claims.Text("reason") ?? "").Length <= ApprovalActs.LongestReason),
            ("acr", () => IsRead(() => claims.Text("acr"))),
            ("amr", () => IsRead(() => claims.Texts("amr"))),
            ("auth_time", () => IsRead(() => claims.Date("auth_time"))),
        ];
        return checks.FirstOrDefault(static one => !IsGood(one.IsGood)).Member ?? "";

        // These may be absent. One of another type cannot be read.
        static bool IsRead<T>(Func<T> read)
        {
            _ = read();
            return true;
        }
    }

    private static bool IsGood(Func<bool> check)
    {
        try
        {
            return check();
        }
        catch (ClaimFormatException)
        {
            return false;
        }
    }

    private static string Unknown(JsonElement json, HashSet<string> names, string before)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Contains(member.Name)) return before + (member.Name.Length > LongestUnknown ? "one with such a long name" : member.Name);
        }

        return "";
    }

    private static bool IsName(string? text) => text is { Length: > 0 and <= LongestName };
}
