using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.StoreContracts;

/// <summary>Rows for checks of contracts.</summary>
internal static class Samples
{
    public static DateTimeOffset Start => StoreUnderTest.Start;

    public static int Today => (int)(Start.UtcTicks / TimeSpan.TicksPerDay);

    public static string Number(int number) => number.ToString("x8", CultureInfo.InvariantCulture);

    public static byte[] Digest(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));

    public static RevocationRow Revocation(int number, DateTimeOffset until) =>
        new("token-hash", "https://issuer", Number(number), Start.AddTicks(number), until, "lost", "alice");

    public static OpenSessionRow Session(int number, DateTimeOffset until) => new(Number(number), "owner", until);

    public static TaskOwnerRow Task(int number, string owner, DateTimeOffset until, string? caller = null) =>
        new("files", Digest("task " + Number(number)), Digest(owner), Digest(caller ?? owner), until);

    public static SecretRow Secret(int number, DateTimeOffset? until = null) => new(
        "secret", "owner", Number(number), new byte[] { 1, (byte)number }, new byte[] { 2, 0, 255, (byte)number }, Start.AddTicks(number),
        until ?? DateTimeOffset.MaxValue);

    /// <summary>A credential. Without a party each has one of its own.</summary>
    public static CredentialRow Credential(
        CredentialKind kind, int number, string grant = "", string? party = null, DateTimeOffset? until = null) => new(
            kind, Digest("credential " + Number(number)), grant, Digest(party ?? "party " + Number(number)), new byte[] { 4, 0, 255, (byte)number },
            Start.AddTicks(number), until ?? Start.AddHours(1));

    public static GrantRow Grant(int number, DateTimeOffset? until = null, string? subject = null) => new(
        Number(number), subject ?? "subject " + Number(number), "client", "https://files", "read write", new byte[] { 3, 0, 255, (byte)number },
        Start.AddTicks(number), until ?? Start.AddDays(1));

    public static ConsentRow Consent(int number, DateTimeOffset? until = null) => new(
        "subject", Number(number), "Client of the year", "https://client/callback", "https://files", "read write", Start.AddTicks(number),
        until ?? Start.AddDays(1));

    public static ClientRow Client(int number, DateTimeOffset? until = null, string? party = null) => new(
        Number(number), new byte[] { (byte)'{', 0, 255, (byte)number }, Digest(party ?? "party " + Number(number)), Start.AddTicks(number),
        until ?? Start.AddTicks(number).AddDays(1));

    public static DefinitionApprovalRow Definition(int number, string by, DateTimeOffset? until = null) => new(
        "files", "https://files", "tool", "tool " + Number(number), "sha256:" + Number(number), by, Start.AddTicks(number), until
            ?? DateTimeOffset.MaxValue, "reviewed",
        false, new byte[] { 1, 0, 255, (byte)number });
}
