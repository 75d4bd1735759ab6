using System.Text;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Ipc;
using Gatehouse.Local;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>Nothing is started that a person did not approve in exactly this form (EX-05; G06, G11).</summary>
[Trait("Requirement", "EX-05")]
public sealed class CommandApprovalTests
{
    [Fact]
    [Trait("Requirement", "G06")]
    public async Task CommandThatNobodyApproved_IsRefusedAndAsks()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        Assert.Equal("GH7011", (await HelloAsync(fixture, LocalHostFixture.Command)).Code);
        var asked = Assert.Single(await fixture.Host.Commands.ListAsync());
        Assert.False(asked.IsApproved);
        Assert.Equal(LocalHostFixture.Command.Arguments, asked.Arguments);
        Assert.Equal(LocalHostFixture.Command.Digest, asked.ToCommand().Digest);
        await fixture.Host.DisposeAsync();
        Assert.Contains(fixture.Entries(), entry => entry.Contains("wrap.refused", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Entries(), entry => entry.Contains("wrap.start", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "G11")]
    public async Task AnyChange_AsksAgain()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await fixture.Host.Commands.ApproveAsync("s", LocalHostFixture.Command);
        var approved = LocalHostFixture.Command;
        CommandLine[] changed =
        [
            approved with { Arguments = ["server", "--flag", ""] },
            approved with { Arguments = ["server", "--flag "] },
            approved with { Arguments = ["server", "--flаg"] }, // a Cyrillic letter
            approved with { Arguments = ["server--flag"] },
            approved with { Program = "/home/me/bin/server" },
            approved with { Folder = "/srv/work/" },
            approved with { Environment = ["TOKEN", "LD_PRELOAD"] },
            approved with { Environment = ["TOKEN", "PATH=/evil"] },
            approved with { Environment = [] },
            approved with { Environment = [], Arguments = ["server", "--flag", "TOKEN"] },
        ];
        foreach (var command in changed) Assert.Equal("GH7011", (await HelloAsync(fixture, command)).Code);
        await using var wrapper = await fixture.WrapAsync("s");
    }

    // The threat: an entry that was pulled sets PATH or HOME, and what was approved runs other programs.
    [Fact]
    [Trait("Requirement", "G06")]
    public async Task TheMinimum_IsThatOfTheApproval_AndNotThatOfTheWrapper()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var asked = LocalHostFixture.Command with { Minimum = new Dictionary<string, string> { ["PATH"] = "/evil" } };
        Assert.Equal("GH7011", (await HelloAsync(fixture, asked)).Code);
        Assert.Null(Assert.Single(await fixture.Host.Commands.ListAsync()).Minimum);
        await fixture.Host.Commands.ApproveAsync("s", LocalHostFixture.Command);
        var (connection, answer) = await FakeWrapper.HelloAsync(fixture.Places, new ClientHello { Name = "s", Command = asked });
        await using (connection) Assert.Equal(LocalHostFixture.Command.Minimum, ServerHello.Parse(answer.Payload).Minimum);
    }

    [Fact]
    public async Task AnApprovalWithoutAMinimum_StartsNothing()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await fixture.Host.Commands.ApproveAsync("s", LocalHostFixture.Command with { Minimum = null });
        Assert.Equal("GH7011", (await HelloAsync(fixture, LocalHostFixture.Command)).Code);
    }

    [Fact]
    public void Copy_HasADigestOfItsOwn()
    {
        var digest = LocalHostFixture.Command.Digest;
        Assert.NotEqual(digest, (LocalHostFixture.Command with { Folder = "/" }).Digest);
        Assert.NotEqual((LocalHostFixture.Command with { Arguments = ["a", "b"] }).Digest,
            (LocalHostFixture.Command with { Arguments = ["ab"] }).Digest);
    }

    [Fact]
    public async Task Approval_SurvivesTheHost_UntilItIsTakenBack()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        await fixture.Host.Commands.ApproveAsync("s", LocalHostFixture.Command);
        await fixture.RestartAsync();
        await (await fixture.WrapAsync("s")).DisposeAsync();
        Assert.True(await fixture.Host.Commands.RevokeAsync(LocalHostFixture.Command.Digest));
        Assert.Equal("GH7011", (await HelloAsync(fixture, LocalHostFixture.Command)).Code);
    }

    [Fact]
    public async Task Approval_NeedsAPersonAtATerminal()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var acts = new ControlHandler(LocalHostAdministration.Of(fixture.Host));
        var view = CommandView.Of("s", LocalHostFixture.Command);
        var request = new ApproveServerCommands([view]);
        // The first process of the system has no terminal, as an agent's tool that was started without one.
        var withoutTerminal = new PeerAccount(1, PeerAccount.OwnUserId());
        Assert.False((await acts.HandleAsync(request, withoutTerminal, isConfirmed: true)).Ok);
        Assert.False((await acts.HandleAsync(request, withoutTerminal)).Ok);
        Assert.False((await acts.HandleAsync(request, new PeerAccount(Environment.ProcessId, PeerAccount.OwnUserId() + 1), isConfirmed: true)).Ok);
        Assert.Empty(await fixture.Host.Commands.ListAsync());
    }

    [Fact]
    [Trait("Requirement", "G06")]
    public async Task WhatIsApproved_IsWhatWasShown()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        var acts = new ControlHandler(LocalHostAdministration.Of(fixture.Host));
        var swapped = CommandView.Of("s", LocalHostFixture.Command) with { Arguments = ["rm", "-rf", "/"] };
        var reply = await acts.HandleAsync(new ApproveServerCommands([swapped]), new PeerAccount(0, null), isConfirmed: true);
        Assert.False(reply.Ok);
        Assert.Empty(await fixture.Host.Commands.ListAsync());
    }

    [Fact]
    public async Task WhatAsks_IsBounded()
    {
        await using var fixture = await LocalHostFixture.StartAsync();
        for (var i = 0; i < Gatehouse.Storage.Abstractions.ICommandApprovalStore.MostAsked + 20; i++)
            await fixture.Host.Commands.MayStartAsync("s", LocalHostFixture.Command with { Folder = $"/{i}" });
        Assert.Equal(Gatehouse.Storage.Abstractions.ICommandApprovalStore.MostAsked, (await fixture.Host.Commands.ListAsync()).Count);
    }

    private static async Task<IpcRefusal> HelloAsync(LocalHostFixture fixture, CommandLine command)
    {
        var (connection, answer) = await FakeWrapper.HelloAsync(fixture.Places, new ClientHello { Name = "s", Command = command });
        await using (connection)
        {
            Assert.True(answer.Kind == FrameKind.Refused, Encoding.UTF8.GetString(answer.Payload.Span));
            return IpcRefusal.Parse(answer.Payload);
        }
    }
}
