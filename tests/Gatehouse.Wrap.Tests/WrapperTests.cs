using System.Text;
using System.Text.Json;
using Gatehouse.Ipc;
using Gatehouse.Testing;
using Gatehouse.Wrap.Tests.Support;

namespace Gatehouse.Wrap.Tests;

/// <summary>A wrapper whose hosts end, are silent, or send what has no place. Each request of its client gets one answer.</summary>
[Trait("Requirement", "ST-04")]
public sealed class WrapperTests
{
    // The threat: a host that is stopped, as by a debugger, holds each client that starts a server (CWE-833).
    [Fact]
    public async Task HostThatSendsNoWelcome_HasALimit_AndTheClientGetsTheCause()
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        await wrapper.AskAsync(1);
        await using var connection = (await host.MeetAsync()).Connection;
        await Eventually.TrueAsync(() => wrapper.Clock.Planned == 1, "the wrapper waits for the welcome");
        wrapper.Clock.Advance(HostStarter.Patience - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, wrapper.Clock.Planned);
        wrapper.Clock.Advance(TimeSpan.FromMilliseconds(1));
        AssertNoHost("the host did not answer within 30 s", await wrapper.AnswerAsync());
        Assert.Equal(WrapCommand.Unavailable, await wrapper.Exit);
    }

    [Fact]
    public async Task WelcomeThatIsNone_IsTheCauseThatTheClientGets()
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        await wrapper.AskAsync(1);
        await using var connection = (await host.MeetAsync()).Connection;
        await connection.Writer.WriteAsync(FrameKind.Welcome, "{}"u8.ToArray(), default);
        AssertNoHost("the host's answer is not understood", await wrapper.AnswerAsync());
        Assert.Equal(WrapCommand.Unavailable, await wrapper.Exit);
    }

    [Fact]
    public async Task AccountWithoutAPlaceForState_IsTheCauseThatTheClientGets()
    {
        await using var wrapper = new RunningWrapper();
        wrapper.Start(() => throw new IOException("this account has no place for state"));
        await wrapper.AskAsync(1);
        AssertNoHost("this account has no place for state", await wrapper.AnswerAsync());
        Assert.Equal(WrapCommand.Unavailable, await wrapper.Exit);
    }

    // The threat: hosts that end as soon as they are there cost as much as the machine gives (CWE-400).
    [Fact]
    public async Task HostsThatEndSoon_AreMetWithPausesThatGrow_UntilOneStays()
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        var served = await wrapper.WelcomedAsync(host);
        foreach (var pause in new[] { 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000 })
        {
            await served.DisposeAsync();
            await wrapper.PauseAsync(pause, () => Assert.False(host.IsCalled));
            served = await wrapper.WelcomedAsync(host);
        }

        wrapper.Clock.Advance(TimeSpan.FromSeconds(6));
        await served.DisposeAsync();
        await using var last = await wrapper.WelcomedAsync(host); // the clock does not move
        await last.Client.Writer.WriteAsync(FrameKind.Done, default);
        Assert.Equal(0, await wrapper.EndAsync());
    }

    [Fact]
    public async Task RequestsOfAHostThatEnded_AreFailed_AndThoseOfThePauseGoToTheNextOne()
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        await wrapper.AskAsync(1);
        await using (var first = await wrapper.WelcomedAsync(host))
        {
            Assert.Equal((0, ""), (first.Hello.Attempt, first.Hello.Session));
            await first.Client.Writer.WriteAsync(FrameKind.Session, "sealed"u8.ToArray(), default);
            Assert.Contains("\"id\":1,", await first.Client.LineAsync(), StringComparison.Ordinal);
        }

        Assert.Equal((1, 9005), IdAndCode(await wrapper.AnswerAsync()));
        await wrapper.AskAsync(2);
        await wrapper.PauseAsync(50);
        await using var next = await wrapper.WelcomedAsync(host);
        Assert.Equal((1, "sealed"), (next.Hello.Attempt, next.Hello.Session));
        Assert.Contains("\"id\":2,", await next.Client.LineAsync(), StringComparison.Ordinal);
        await next.Client.Writer.WriteLineAsync(2, Encoding.UTF8.GetBytes("{\"id\":2,\"result\":{}}\n"), default);
        Assert.Equal(2, (await wrapper.AnswerAsync(before: 1)).GetProperty("id").GetInt32());
        await next.Client.Writer.WriteAsync(FrameKind.Done, default);
        Assert.Equal(0, await wrapper.EndAsync());
        Assert.Equal(2, wrapper.Output.Lines.Length);
    }

    // The threat: a client that reads an answer and then GH9005 for the same request repeats a call that has acted.
    [Fact]
    public async Task AnswerThatIsBeingWritten_WhenItsHostEnds_IsTheOnlyOne()
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        await wrapper.AskAsync(1);
        await using (var served = await wrapper.WelcomedAsync(host))
        {
            await served.Client.LineAsync();
            await wrapper.AskAsync(2);
            await served.Client.LineAsync();
            wrapper.Output.Hold();
            await served.Client.Writer.WriteLineAsync(1, Encoding.UTF8.GetBytes("{\"id\":1,\"result\":{}}\n"), default);
            await Eventually.TrueAsync(() => wrapper.Output.IsWaiting, "the answer is being written");
        }

        // A wrapper that does not wait for the answer fails both requests here, and searches for the next host.
        Assert.False(await Eventually.WithinAsync(() => wrapper.Clock.Planned > 0, TimeSpan.FromMilliseconds(200)), "the next host was searched for");
        wrapper.Output.Release();
        await wrapper.AnswerAsync(before: 1);
        Assert.Equal(["result 1", "error 2"],
            wrapper.Output.Lines.Select(line => $"{(line.Contains("error", StringComparison.Ordinal) ? "error" : "result")} {IdOf(line)}"));
        await EndAtNextHostAsync(wrapper, host);
    }

    /// <summary>Frames that have no place, on the client's connection and on the child's.</summary>
    public static TheoryData<bool, byte[], bool> Misplaced => new()
    {
        { true, [(byte)FrameKind.Input, 0, 0, 0, 0], false },
        { true, [255, 0, 0, 0, 0], false },
        { true, [(byte)FrameKind.LineRest, 0, 0, 0, 3, 1, 2, 3], false }, // shorter than its number
        { true, [(byte)FrameKind.LineRest, 0x7f, 0xff, 0xff, 0xff], false }, // longer than is taken
        { true, [(byte)FrameKind.LineRest, 0xff, 0xff, 0xff, 0xff], false },
        { false, [(byte)FrameKind.Line, 0, 0, 0, 0], false },
        { false, [(byte)FrameKind.Input, 0, 0, 0, 9, 1], true }, // it ends within the frame
    };

    [Theory]
    [MemberData(nameof(Misplaced))]
    public async Task FrameThatHasNoPlace_EndsItsHostOnly(bool isClients, byte[] bytes, bool closes)
    {
        await using var wrapper = new RunningWrapper();
        using var host = new ScriptedHost(wrapper.Places);
        wrapper.Start();
        await wrapper.AskAsync(1);
        await using var served = await wrapper.WelcomedAsync(host);
        await served.Client.LineAsync();
        await (isClients ? served.Client : served.Child).WriteRawAsync(bytes);
        if (closes) await served.Child.DisposeAsync();
        Assert.Equal((1, 9005), IdAndCode(await wrapper.AnswerAsync()));
        await EndAtNextHostAsync(wrapper, host);
    }

    private static async Task EndAtNextHostAsync(RunningWrapper wrapper, ScriptedHost host)
    {
        await wrapper.PauseAsync(50);
        await using var next = await wrapper.WelcomedAsync(host);
        await next.Client.Writer.WriteAsync(FrameKind.Done, default);
        Assert.Equal(0, await wrapper.EndAsync());
    }

    private static void AssertNoHost(string cause, JsonElement answer)
    {
        Assert.Equal((1, 9006), IdAndCode(answer));
        Assert.Contains(cause, answer.GetProperty("error").GetProperty("data").GetProperty("remedy").GetString(), StringComparison.Ordinal);
    }

    private static (int Id, int Code) IdAndCode(JsonElement answer) =>
        (answer.GetProperty("id").GetInt32(), answer.GetProperty("error").GetProperty("code").GetInt32());

    private static int IdOf(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("id").GetInt32();
    }
}
