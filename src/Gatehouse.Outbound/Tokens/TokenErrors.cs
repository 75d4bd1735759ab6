using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Identity.Formats;
using Gatehouse.Identity.Issuers;

namespace Gatehouse.Outbound.Tokens;

/// <summary>The meaning of a refusal of a token endpoint (RFC 6749 §5.2; RFC 8693 §2.2.2; codes of Entra).</summary>
internal static partial class TokenErrors
{
    /// <summary>The longest pause that is observed: 5 minutes. A longer one would let a fault of the issuer stop calls for hours.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private const int LongestClaims = 2048;

    private static readonly FrozenDictionary<string, TokenFaultKind> ByError = new Dictionary<string, TokenFaultKind>
    {
        ["invalid_grant"] = TokenFaultKind.SignInAgain,
        ["interaction_required"] = TokenFaultKind.SignInAgain,
        ["login_required"] = TokenFaultKind.SignInAgain,
        ["consent_required"] = TokenFaultKind.ConsentNeeded,
        ["access_denied"] = TokenFaultKind.Denied,
        ["temporarily_unavailable"] = TokenFaultKind.NotNow,
        ["server_error"] = TokenFaultKind.NotNow,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // "Microsoft Entra authentication and authorization error codes" (learn.microsoft.com). The OAuth error of these is invalid_grant.
    private static readonly FrozenSet<int> Consents = new[] { 65001, 65004, 90094, 90095, 650052 }.ToFrozenSet();

    private static readonly FrozenSet<int> Denials = new[] { 50105, 50057, 53003, 530032, 7000114 }.ToFrozenSet();

    private static readonly FrozenSet<int> Configurations = new[] { 500131, 700016, 7000215, 7000222, 7000218, 700027, 65005 }.ToFrozenSet();

    /// <summary>Returns the fault for an answer whose status is not 200.</summary>
    /// <param name="issuer">The issuer, for the message.</param>
    /// <param name="answer">The answer.</param>
    public static TokenFaultException Of(string issuer, FetchedDocument answer)
    {
        var status = string.Create(CultureInfo.InvariantCulture, $"the token endpoint of {issuer} answered with status {answer.StatusCode}");
        if (answer.StatusCode is 429 or >= 500)
            return new TokenFaultException(TokenFaultKind.NotNow, status, Bounded(answer.RetryAfter));
        if (StrictJson.Parse(answer.Body, out var root) != StrictJsonFault.None || MetadataMember.Text(root, "error") is not { } error
            || !ErrorForm().IsMatch(error)) return new TokenFaultException(TokenFaultKind.Answer, status);
        var code = CodeOf(root);
        var words = string.Create(CultureInfo.InvariantCulture, $"{status}: {error}{(code is { } number ? $" (AADSTS{number})" : "")}");
        var claims = MetadataMember.Text(root, "claims") is { Length: <= LongestClaims } demanded ? demanded : null;
        return new TokenFaultException(KindOf(error, code), words, null, claims);
    }

    private static TokenFaultKind KindOf(string error, int? code)
    {
        if (code is { } number && Consents.Contains(number)) return TokenFaultKind.ConsentNeeded;
        if (code is { } denied && Denials.Contains(denied)) return TokenFaultKind.Denied;
        if (code is { } wrong && Configurations.Contains(wrong)) return TokenFaultKind.Configuration;
        return ByError.GetValueOrDefault(error, TokenFaultKind.Configuration);
    }

    private static int? CodeOf(JsonElement root) =>
        root.TryGetProperty("error_codes", out var codes) && codes.ValueKind == JsonValueKind.Array && codes.GetArrayLength() > 0
            && codes[0].ValueKind == JsonValueKind.Number && codes[0].TryGetInt32(out var code) ? code : null;

    private static TimeSpan? Bounded(TimeSpan? asked) => asked is not { } pause ? null : pause < TimeSpan.Zero ? TimeSpan.Zero
        : pause > LongestPause ? LongestPause : pause;

    [GeneratedRegex(@"\A[a-z_]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorForm();
}
