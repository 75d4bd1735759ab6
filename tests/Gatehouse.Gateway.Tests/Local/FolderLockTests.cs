using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Ipc;
using Gatehouse.Local;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>A lock that lies in the folder where a wrapper was started, as a repository brings it, only withholds (TP-02).</summary>
[Trait("Requirement", "TP-02")]
public sealed class FolderLockTests
{
    private const string NamedLock = "version: 1\nlock: { firstUse: refuse }\n";

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("tool-server", null, false)]
    [InlineData("other", null, true)]
    [InlineData("faulty", null, false)]
    [InlineData(null, NamedLock, false)]
    [InlineData("tool-server", NamedLock, false)]
    public async Task FoundLock_OnlyWithholds(string? has, string? yaml, bool isSeen)
    {
        using var folder = new TemporaryFolder();
        if (has == "faulty") await File.WriteAllTextAsync(folder.Lock, "{");
        else if (has is not null) await File.WriteAllBytesAsync(folder.Lock, LockWriter.Write(new LockFile([Knows(has, folder.Path)])));
        await using var fixture = await LocalHostFixture.StartAsync(yaml);
        await using var wrapper = await fixture.WrapAsync(folder: folder.Path);
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        await wrapper.GiveToolsAsync();
        var tools = (await wrapper.HearJsonAsync()).GetProperty("result").GetProperty("tools");
        Assert.Equal(isSeen ? 1 : 0, tools.GetArrayLength());
        if (has == "faulty")
            Assert.Contains($"{folder.Lock} cannot be used (", wrapper.Note, StringComparison.Ordinal); // nothing else says why all is withheld
        else Assert.Empty(wrapper.Note);
    }

    // Neither input nor an argument stands for the person (TP-03): the act must say that it was confirmed, and come from a terminal.
    [Fact]
    [Trait("Requirement", "TP-03")]
    public async Task Approval_NeedsAPerson()
    {
        await using var fixture = await LocalHostFixture.StartAsync(NamedLock);
        await using var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync();
        await wrapper.SayAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}""");
        await wrapper.GiveToolsAsync();
        await wrapper.HearJsonAsync();
        var acts = new ControlHandler(LocalHostAdministration.Of(fixture.Host));
        var own = new PeerAccount(1, PeerAccount.OwnUserId()); // the first process of a system has no terminal
        var pending = (await acts.HandleAsync(new ListPendingDefinitions(), own)).As<PendingDefinitions>().Definitions;
        var one = Assert.Single(pending, definition => definition.Name == "work");
        var request = new ApproveDefinition(one.Server, DefinitionKind.Tool, one.Name, one.Digest, "r");
        Assert.False((await acts.HandleAsync(request, own)).Ok);
        Assert.False((await acts.HandleAsync(request, own, isConfirmed: true)).Ok);
        Assert.False((await acts.HandleAsync(request, new PeerAccount(1, PeerAccount.OwnUserId() + 1), isConfirmed: true)).Ok);
        Assert.Equal(pending.Count, (await acts.HandleAsync(new ListPendingDefinitions(), own)).As<PendingDefinitions>().Definitions.Count);
    }

    private static LockedServer Knows(string name, string folder) =>
        new(name, ServerIdentities.Of(LocalHostFixture.Command.Arguments, folder).Source, []);

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gh-folder-");

        public string Path => folder.FullName;

        public string Lock => System.IO.Path.Join(Path, "gatehouse.lock");

        public void Dispose() => folder.Delete(recursive: true);
    }
}
