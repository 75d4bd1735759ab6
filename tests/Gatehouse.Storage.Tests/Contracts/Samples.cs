using System.Globalization;
using System.Security.Cryptography;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

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

    /// <summary>An open question of an hour, that is kept for a day. Without a party each has one of its own.</summary>
    public static ApprovalRow Approval(int number, string? party = null, int needed = 1) => new(
        Number(number), ApprovalKind.Call, Digest("call " + Number(number)), Digest(party ?? "party " + Number(number)), Digest("like"),
        ApprovalState.Open, needed, Start.AddTicks(number), Start.AddHours(1), Start.AddDays(1), Start.AddTicks(number), false,
        new byte[] { 5, 0, 255, (byte)number });

    public static ApprovalAnswerRow Answer(int number, string person, bool grants = true) => new(
        Number(number), Digest("person " + person), grants, Start.AddTicks(number), Start.AddDays(1), "terminal", Digest("text"),
        new byte[] { 6, 0, 255, (byte)number }, false);

    public static RememberedApprovalRow Remembered(int number, string? party = null, string person = "bob") => new(
        Number(number), Digest("scope " + Number(number)), Digest(party ?? "party " + Number(number)), Digest("person " + person),
        "question " + Number(number), Start.AddTicks(number), Start.AddHours(1), false, false, new byte[] { 7, 0, 255, (byte)number });

    public static QuarantinedResultRow Withheld(int number, string? party = null, string server = "files", int size = 4) => new(
        Number(number), Digest("call " + Number(number)), Digest(party ?? "party " + Number(number)), server, QuarantineState.Kept,
        Start.AddTicks(number), Start.AddHours(1), Start.AddDays(1), Start.AddTicks(number), size, false, new byte[] { 8, 0, 255, (byte)number },
        default);

    public static byte[] Content(int number, int size = 4) => [.. Enumerable.Repeat((byte)number, size)];

    /// <summary>Bounds of numbers of questions, with room for the bytes of all samples.</summary>
    public static ApprovalBounds NumberBounds(int ofParty, int ofAll) => new(ofParty, ofAll, 1 << 30, 1 << 30);

    public static QuarantineBounds Bounds { get; } = new(1000, 1 << 30, 1000, 1 << 30, 1000, 1 << 30);

    public static ConnectionRow Connection(int number, DateTimeOffset? until = null) => new(
        "https://login", "subject", Number(number), "github", "r" + Number(number), new byte[] { 1, 2, 3 }, Start.AddTicks(number),
        until ?? DateTimeOffset.MaxValue);

    public static ContainmentRow Containment(int number) => new(
        Number(number), ContainmentKind.User, Digest("target " + Number(number)), Start.AddTicks(number), DateTimeOffset.MaxValue, false, false,
        new byte[] { 9, 0, 255, (byte)number }, default);

    /// <summary>Runs acts at the same time.</summary>
    public static Task<T[]> AtOnceAsync<T>(int count, Func<int, ValueTask<T>> act) =>
        System.Threading.Tasks.Task.WhenAll(
            Enumerable.Range(0, count).Select(number => System.Threading.Tasks.Task.Run(async () => await act(number).ConfigureAwait(false))));

    public static DefinitionApprovalRow Definition(int number, string by, DateTimeOffset? until = null) => new(
        "files", "https://files", "tool", "tool " + Number(number), "sha256:" + Number(number), by, Start.AddTicks(number), until
            ?? DateTimeOffset.MaxValue, "reviewed",
        false, new byte[] { 1, 0, 255, (byte)number });
}
