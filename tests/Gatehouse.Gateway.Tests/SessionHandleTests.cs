using Gatehouse.Gateway.Sessions;
using Gatehouse.Gateway.Tests.Limits;
using Gatehouse.Identity.Tokens;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Pipeline.Conversations;
using Gatehouse.Protocol;
using Gatehouse.Refusals;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway.Tests;

/// <summary>A handle that was opened before is known again, for its owner and no one else (ST-01).</summary>
[Trait("Requirement", "ST-01")]
[Trait("NoRetry", "yes")]
public sealed class SessionHandleTests : IDisposable
{
    private static readonly SessionSettings Settings = new();
    private static readonly ServerSettings Server = new() { Name = "one", Path = "/mcp/one" };
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-handles-");

    private static VerifiedToken Alice => Callers.Token("http://127.0.0.1:1", "alice", "desk");

    private string RingPath => Path.Join(folder.FullName, "keys", "ring.json");

    [Fact]
    public async Task HandleThatItsOwnerUsed_OpensForNoOtherOwner()
    {
        var sessions = Table(KeyRing.CreateInMemory(TimeProvider.System));
        var (session, handle) = await BeginAsync(sessions, Alice);
        var first = await OpenAsync(sessions, handle, Alice, Server);
        Assert.Equal(session.Uid, first?.Uid);
        Assert.Same(first, await OpenAsync(sessions, handle, Alice, Server));
        Assert.InRange(BytesOfOpening(sessions, handle), 0, 100); // it is not opened again: that takes a key, a cipher and more than 1,000 bytes

        Assert.Null(await OpenAsync(sessions, handle, Callers.Token("http://127.0.0.1:1", "bob", "desk"), Server));
        Assert.Null(await OpenAsync(sessions, handle, Callers.Token("http://127.0.0.1:2", "alice", "desk"), Server));
        Assert.Null(await OpenAsync(sessions, handle, Callers.Token("http://127.0.0.1:1", "alice", "bot"), Server));
        Assert.Null(await OpenAsync(sessions, handle, Alice, new ServerSettings { Name = "two", Path = "/mcp/two" }));
        string[] changes =
        [
            handle + "A", handle[..^1], handle.ToUpperInvariant(), handle + "ä", handle + "=", handle + "==", handle + "%", " " + handle,
            handle.Insert(5, "\t"), new string('A', 3000), "",
        ];
        foreach (var changed in changes)
            Assert.Null(await OpenAsync(sessions, changed, Alice, Server));
        Assert.NotNull(await OpenAsync(sessions, handle, Alice, Server));
        Assert.Equal(1, sessions.KnownHandles);
    }

    [Fact]
    public async Task UsedHandle_OpensNoMore_WhenItsSessionIsIdleOverOrContained()
    {
        foreach (var pass in new[] { Settings.Idle, Settings.Absolute })
        {
            var clock = new ManualTimeProvider();
            var sessions = Table(KeyRing.CreateInMemory(clock), clock, static _ => false);
            var (_, handle) = await BeginAsync(sessions, Alice);
            Assert.NotNull(await OpenAsync(sessions, handle, Alice, Server));
            clock.Advance(pass);
            Assert.Equal(pass == Settings.Idle ? "ended" : "expired", (await OpeningAsync(sessions, handle, Alice, Server)).Cause);
        }

        string? containedUid = null;
        var others = Table(KeyRing.CreateInMemory(TimeProvider.System), TimeProvider.System, uid => uid == containedUid);
        var (session, used) = await BeginAsync(others, Alice);
        Assert.NotNull(await OpenAsync(others, used, Alice, Server));
        containedUid = session.Uid;
        var contained = await OpeningAsync(others, used, Alice, Server);
        Assert.Equal((null, "contained", true), (contained.Session, contained.Cause, contained.IsContained));
    }

    [Fact]
    public async Task HandleOfAnEndedSession_OpensForNobody_AndNothingIsKeptOfIt()
    {
        var sessions = Table(KeyRing.CreateInMemory(TimeProvider.System));
        var (session, handle) = await BeginAsync(sessions, Alice);
        Assert.NotNull(await OpenAsync(sessions, handle, Alice, Server));
        Assert.Equal(1, sessions.KnownHandles);
        await sessions.EndAsync(session);
        Assert.Null(await OpenAsync(sessions, handle, Alice, Server));
        Assert.Equal(0, sessions.KnownHandles);
    }

    // An operator who takes a key out of the ring ends what it sealed.
    [Fact]
    public async Task HandleWhoseKeyWasTakenOut_DoesNotOpen_ThoughItWasUsed()
    {
        var keys = KeyRing.OpenOrCreate(RingPath, TimeProvider.System);
        var sessions = Table(keys);
        var (_, handle) = await BeginAsync(sessions, Alice);
        Assert.NotNull(await OpenAsync(sessions, handle, Alice, Server));
        Assert.InRange(BytesOfOpening(sessions, handle), 0, 100);
        keys.Refresh(); // nothing changed
        Assert.InRange(BytesOfOpening(sessions, handle), 0, 100);
        keys.Rotate();
        Assert.InRange(BytesOfOpening(sessions, handle), 500, 100_000); // it is opened again, and the older key still opens
        var ring = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(RingPath))!;
        ring["keys"]!.AsArray().RemoveAt(0);
        await File.WriteAllTextAsync(RingPath, ring.ToJsonString());
        keys.Refresh();
        Assert.Null(await OpenAsync(sessions, handle, Alice, Server));
    }

    [Fact]
    public async Task SessionsThatBeginEndAndAreUsedAtOnce_LeaveNoHandle()
    {
        var sessions = Table(KeyRing.CreateInMemory(TimeProvider.System));
        for (var round = 0; round < 400; round++)
        {
            var (session, handle) = await BeginAsync(sessions, Alice);
            if (round % 2 == 0) Assert.NotNull(await OpenAsync(sessions, handle, Alice, Server)); // known before the others come, or not
            var uses = Enumerable.Range(0, 4).Select(_ => Task.Run(() => OpenAsync(sessions, handle, Alice, Server))).ToList();
            await sessions.EndAsync(session);
            await Task.WhenAll(uses);
        }

        Assert.Equal((0, 0), (sessions.KnownHandles, sessions.Entries.Count));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static SessionTable Table(KeyRing keys) => Table(keys, TimeProvider.System, static _ => false);

    private static SessionTable Table(KeyRing keys, TimeProvider time, Func<string, bool> isContained) =>
        new(keys, new TemporaryStore().Open(time).Sessions, [], time, static () => 100, NullLogger.Instance)
        { IsContained = isContained };

    private static long BytesOfOpening(SessionTable sessions, string handle)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var opening = sessions.OpenAsync(handle, Alice, Server, Settings, CancellationToken.None);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(opening.IsCompletedSuccessfully);
        return bytes;
    }

    private static async Task<(SessionBinding Session, string Handle)> BeginAsync(SessionTable sessions, VerifiedToken caller) =>
        await sessions.CreateAsync(caller, Server, Settings, "upstream", ProtocolRevision.V20251125, ClientCapabilities.None);

    private static async Task<SessionBinding?> OpenAsync(SessionTable sessions, string handle, VerifiedToken caller, ServerSettings server) =>
        (await OpeningAsync(sessions, handle, caller, server)).Session;

    private static async Task<SessionOpening> OpeningAsync(SessionTable sessions, string handle, VerifiedToken caller, ServerSettings server) =>
        await sessions.OpenAsync(handle, caller, server, Settings, CancellationToken.None);
}
