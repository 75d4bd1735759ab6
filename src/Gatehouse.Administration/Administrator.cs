using System.Globalization;
using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>
/// Who does an act, as far as it was shown: a system account, and besides it the person of an administrator token or whoever typed a
/// confirmation at the account's terminal. Only <see cref="AdministratorAuthorization"/> makes one.
/// </summary>
internal sealed class Administrator
{
    internal Administrator(PeerAccount account, AdministratorToken? token)
    {
        Account = account;
        Token = token;
    }

    /// <summary>The system account.</summary>
    public PeerAccount Account { get; }

    /// <summary>Who the administrator token names; null where a terminal or the account alone had to do.</summary>
    public AdministratorToken? Token { get; }

    /// <summary>The name that an approval bears.</summary>
    public string Name => Token is { } token ? $"{token.Issuer} {token.Subject}" : $"terminal of account {NameOf(Account)}";

    /// <summary>An account in an entry.</summary>
    public static string NameOf(PeerAccount? account) => account?.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
