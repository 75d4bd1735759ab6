using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Identity.Tokens;

/// <summary>The person of a system account as a caller, where the system itself identifies the other end of a socket.</summary>
public static class LocalAccount
{
    /// <summary>The issuer of such callers. No issuer of a configuration can have it: theirs are URLs or begin with <c>certificate:</c>.</summary>
    public const string Issuer = "system-account";

    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    /// <summary>Returns the caller for an account.</summary>
    /// <param name="name">Its name, as the system has it.</param>
    /// <param name="userId">Its number, or null where the system has none.</param>
    public static VerifiedToken Of(string name, uint? userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var number = userId?.ToString(CultureInfo.InvariantCulture) ?? "";
        return new VerifiedToken(NoClaims)
        {
            Issuer = Issuer,
            Subject = name,
            ExpiresAt = DateTimeOffset.MaxValue, // an account does not expire; its connection does
            Audiences = [Issuer],
            TokenHash = TokenHash.Of(Encoding.UTF8.GetBytes($"{Issuer}\n{number}\n{name}")),
        };
    }
}
