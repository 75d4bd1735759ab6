using System.Net.Sockets;
using System.Text;
using Gatehouse.Ipc;
using Gatehouse.Local;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>One host for an account, for that account alone, as long as it is needed (design rules 12 and 13; G12).</summary>
[Trait("Requirement", "ST-04")]
public sealed class LocalHostTests
{
    [Fact]
    public async Task HostThatNobodyNeeds_Ends()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        await using var fixture = await LocalHostFixture.StartAsync("version: 1\nhost: { idle: 3m }\n", time);
        var wrapper = await fixture.WrapAsync();
        await wrapper.InitializeAsync(); // both of its connections are attached: the time for a hello is over for neither
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(fixture.Host.Ended.IsCompleted, "a wrapper is connected");
        await wrapper.DisposeAsync();
        await EventuallyAsync(() => fixture.Host.Count == 0);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(fixture.Host.Ended.IsCompleted);
        // The connection's last step, from which the time counts, may come after the first advance.
        await Eventually.AdvancedAsync(time, TimeSpan.FromMinutes(1), fixture.Host.Ended);
    }

    [Fact]
    public async Task OneHost_ForOneAccount()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        Assert.Null(await LocalHostFixture.StartHostAsync(fixture.Places));
        await fixture.Host.DisposeAsync();
        await using var next = await LocalHostFixture.StartHostAsync(fixture.Places);
        Assert.NotNull(next);
    }

    [Fact]
    [Trait("Requirement", "G12")]
    public async Task Sockets_AreForTheAccountAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are POSIX");
        await using var fixture = await LocalHostFixture.StartAsync();
        const UnixFileMode own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(own, File.GetUnixFileMode(fixture.Places.Socket));
        Assert.Equal(own, File.GetUnixFileMode(fixture.Places.ControlSocket));
        Assert.Equal(own | UnixFileMode.UserExecute, File.GetUnixFileMode(fixture.Places.Runtime));
        Assert.Equal(own | UnixFileMode.UserExecute, File.GetUnixFileMode(fixture.Places.State));
    }

    [Fact]
    public async Task FolderOpenToOthers_IsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are POSIX");
        var folder = Directory.CreateTempSubdirectory("gh-open-");
        var places = LocalHostFixture.NewPlaces(folder.FullName);
        Directory.CreateDirectory(places.Runtime, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(places.Runtime, (UnixFileMode)0b111_101_101);
        Assert.Contains("chmod 700", (await Assert.ThrowsAsync<IOException>(() => LocalHostFixture.StartHostAsync(places))).Message,
            StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void AnotherAccount_HasNoPlaceBetweenAPersonsOwnPrograms()
    {
        Assert.True(new PeerAccount(5, PeerAccount.OwnUserId()).IsOwn);
        Assert.False(new PeerAccount(5, PeerAccount.OwnUserId() + 1).IsOwn);
        if (PeerAccount.OwnUserId() != 0) Assert.False(new PeerAccount(5, 0).IsOwn, "not even the administrator's");
    }

    // A cloned repository's entry that runs the wrapper itself and sets XDG_CONFIG_HOME would bring the policy of every server.
    [Theory]
    [InlineData("/srv/cloned/.cfg/gatehouse/personal.yaml")]
    [InlineData(" ")]
    public async Task AWrapperWhoseEnvironmentNamesAnotherFile_IsNotServed(string configuration)
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var (connection, answer) =
            await FakeWrapper.HelloAsync(fixture.Places,
                new ClientHello { Name = "tool-server", Command = LocalHostFixture.Command, Configuration = configuration });
        await using (connection)
        {
            Assert.Equal(FrameKind.Refused, answer.Kind);
            Assert.Contains("GHS6003", IpcRefusal.Parse(answer.Payload).Remedy, StringComparison.Ordinal);
        }

        await (await fixture.WrapAsync()).DisposeAsync();
    }

    [Fact]
    public async Task OtherVersion_IsToldWhatToDo()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var (connection, answer) =
            await FakeWrapper.HelloAsync(fixture.Places, new ClientHello { Version = 7, Name = "s", Command = LocalHostFixture.Command });
        await using (connection) Assert.Contains("gatehouse host stop", IpcRefusal.Parse(answer.Payload).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0001\u007f\u007f\u007f\u007f")]
    [InlineData("\u0001\0\0\0\u0002{]")]
    [InlineData("\u000a\0\0\0\0")]
    public async Task WhatIsNoWrapper_IsClosed(string bytes)
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(fixture.Places.Socket));
        await socket.SendAsync(Encoding.Latin1.GetBytes(bytes));
        socket.Shutdown(SocketShutdown.Send);
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[16]).WaitAsync(TimeSpan.FromMinutes(2)));
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode); // closed with bytes of ours unread
        }

        await (await fixture.WrapAsync()).DisposeAsync(); // and the host goes on
    }

    [Fact]
    public async Task TicketOfNobody_IsClosed()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await using var child = (await IpcConnection.TryConnectAsync(fixture.Places, default))!;
        await child.Writer.WriteAsync(FrameKind.Hello, new ClientHello { Ticket = new string('0', 32), ProcessId = 1 }.ToUtf8Json(), default);
        Assert.Null(await child.Reader.ReadAsync(1 << 20, default).AsTask().WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task FaultyFile_StartsNothing()
    {
        var folder = Directory.CreateTempSubdirectory("gh-fault-");
        var places = LocalHostFixture.NewPlaces(folder.FullName);
        LocalHostFixture.Write(places, "version: 1\nlisten: { url: \"http://0.0.0.0:80\" }\nhost: { idle: 1ms }\n");
        var message = (await Assert.ThrowsAsync<InvalidDataException>(() => LocalHostFixture.StartHostAsync(places))).Message;
        Assert.Contains("has faults (2; see 'gatehouse host check'), the first: line 2, listen", message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task NewFile_IsInForceWithTheNextStart_AndAFaultyOneIsTold()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        LocalHostFixture.Write(fixture.Places, "version: 1\npolicyPreset: personal\nservers: { tool-server: { limits: { requestBytes: 2KiB } } }\n");
        await (await fixture.WrapAsync()).DisposeAsync();
        Assert.Equal(2, fixture.Host.Core.Snapshots.Current.Generation);
        LocalHostFixture.Write(fixture.Places, "version: 1\nnonsense: 1\n");
        var (connection, answer) =
            await FakeWrapper.HelloAsync(fixture.Places, new ClientHello { Name = "tool-server", Command = LocalHostFixture.Command });
        await using (connection)
        {
            var welcome = ServerHello.Parse(answer.Payload);
            Assert.Contains("gatehouse host check", welcome.Note, StringComparison.Ordinal);
            Assert.Equal(2048, welcome.MaxLineBytes);
        }
    }

    [Fact]
    public void PersonalFile_HasTheKeysThatMeanSomethingHere()
    {
        var keys = LocalHostKeys.All.Select(key => key.Path).ToHashSet(StringComparer.Ordinal);
        Assert.Superset(new HashSet<string>(
            ["version", "policy", "policyPreset", "policyFiles", "limits.rules", "servers.*.limits.deadline", "servers.*.shutdownGrace",
                "servers.*.undeclared", "inspection.metadata.soft", "audit.keepPayloads", "lock.file", "host.idle"]), keys);
        foreach (var none in new[]
            { "publicUrl", "listen", "issuers", "state", "servers.*.url", "servers.*.command", "sessions", "administration", "limits.connections" })
            Assert.DoesNotContain(none, keys);
    }

    [Fact]
    public void Preset_HoldsWhereNoPolicyIsNamed()
    {
        var places = LocalHostFixture.NewPlaces("/nowhere");
        var preset = LocalHostLoader.LoadText("version: 1\n", places).Settings!;
        Assert.Equal("personal-use", Assert.Single(preset.Gateway.Rules).Id);
        var own = LocalHostLoader.LoadText("version: 1\npolicy: [{ id: mine, permit: { anyone: true, servers: [anything] } }]\n", places).Settings!;
        Assert.Equal("mine", Assert.Single(own.Gateway.Rules).Id);
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        await Eventually.TrueAsync(condition, "the host is in the state that is asked for");
    }
}
