using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Storage.Tests.Contracts;

namespace Gatehouse.Storage.Tests.PostgreSql.Support;

/// <summary>Rows for tests.</summary>
internal static class Rows
{
    public static DateTimeOffset Start => StoreUnderTest.Start;

    public static RevocationRow Revocation(int number) =>
        new("token-hash", "https://issuer", Text(number), Start, Start.AddHours(1), "lost", "alice");

    public static CredentialRow Credential(CredentialKind kind, int number, string grant = "") =>
        new(kind, Digest("value " + Text(number)), grant, Digest("party " + Text(number)), new byte[] { 1, 2 }, Start, Start.AddHours(1));

    public static GrantRow Grant(int number, string subject) =>
        new("grant " + Text(number), subject, "client", "https://files", "read", new byte[] { 3 }, Start.AddTicks(number), Start.AddHours(1));

    /// <summary>A refresh token and an access token of a grant.</summary>
    public static CredentialRow[] Tokens(int number) =>
    [
        Credential(CredentialKind.RefreshToken, number, "grant " + Text(number)),
        Credential(CredentialKind.AccessToken, number, "grant " + Text(number)),
    ];

    public static async Task<SpendResult> RedeemAsync(IStore store, int code, int number, string subject) => await store.Grants.SpendAsync(
        CredentialKind.AuthorizationCode, Credential(CredentialKind.AuthorizationCode, code).Digest, default, Tokens(number), Grant(number, subject),
        10_000, Start);

    /// <summary>The parts of a redemption that are there: the grant and its tokens.</summary>
    public static async Task<int> PartsAsync(IStore store, int number)
    {
        var parts = await store.Grants.FindGrantAsync("grant " + Text(number), Start) is null ? 0 : 1;
        foreach (var row in Tokens(number))
            if (await store.Grants.FindCredentialAsync(row.Kind, row.Digest, Start) is not null) parts++;
        return parts;
    }

    public static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
