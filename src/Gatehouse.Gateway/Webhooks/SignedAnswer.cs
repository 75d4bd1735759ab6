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
    public static SignedAnswer? Read(ReadOnlyMemory<byte> claims)
    {
        if (StrictJson.Parse(claims, out var root) != StrictJsonFault.None || !HasOnly(root, Known)) return null;
        if (!root.TryGetProperty("person", out var person) || person.ValueKind != JsonValueKind.Object || !HasOnly(person, KnownOfPerson)) return null;
        try
        {
            return Read(new ClaimSet(root), new ClaimSet(person));
        }
        catch (ClaimFormatException)
        {
            return null;
        }
    }

    private static SignedAnswer? Read(ClaimSet claims, ClaimSet person)
    {
        var answer = new SignedAnswer
        {
            Approval = claims.Text("approval") ?? "",
            Digest = claims.Text("digest") ?? "",
            Shown = claims.Text("shown") ?? "",
            Grants = claims.Text("decision") == "grant",
            Issuer = person.Text("issuer") ?? "",
            Subject = person.Text("subject") ?? "",
            SignedAt = claims.Date("iat") ?? default,
            Nonce = claims.Text("nonce") ?? "",
            Reason = claims.Text("reason") ?? "",
            SignIn = claims,
        };
        _ = (claims.Text("acr"), claims.Texts("amr"), claims.Date("auth_time")); // of their types, or the answer is none
        var isWhole = claims.Text("decision") is "grant" or "deny" && claims.Has("iat") && ApprovalActs.IsCallId(answer.Approval)
            && ApprovalActs.IsDigest(answer.Digest) && ApprovalActs.IsDigest(answer.Shown) && answer.Reason.Length <= ApprovalActs.LongestReason;
        return isWhole && IsName(answer.Issuer) && IsName(answer.Subject) && IsName(answer.Nonce) ? answer : null;
    }

    private static bool HasOnly(JsonElement json, HashSet<string> names) => json.EnumerateObject().All(member => names.Contains(member.Name));

    private static bool IsName(string text) => text.Length is > 0 and <= LongestName;
}
