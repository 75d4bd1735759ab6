using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using Gatehouse.Ipc;
using Gatehouse.Isolation;

namespace Gatehouse.Wrap.Tests;

/// <summary>
/// The end of a wrapped server while its host changes. The threat: a host without a report of the end waits for answers of an ended process, and
/// its client waits with it (CWE-833).
/// </summary>
[Trait("Requirement", "ST-04")]
public sealed class ChildEndTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ExitOfAServerThatIsEndedWithinALine_IsReportedToTheNextHost_AfterItsOutput()
    {
        await using var child = Start("echo first; cat >/dev/null; printf last; exit 7", grace: TimeSpan.FromMinutes(1)); // it ends by itself
        await using (var first = await Host.ServeAsync(child))
        {
            Assert.Equal("first\n", Encoding.UTF8.GetString((await first.NextAsync(FrameKind.Output)).Payload.Span));
            await first.SendAsync("half a line");
        }

        Assert.True(child.Exited.IsCompleted, "the wrapper ended it, because half a line is in its input");
        await using var second = await Host.ServeAsync(child);
        Assert.Equal("last", Encoding.UTF8.GetString((await second.NextAsync(FrameKind.Output)).Payload.Span));
        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian((await second.NextAsync(FrameKind.Exited)).Payload.Span));
    }

    [Fact]
    public async Task ExitThatOneHostWasSent_IsReportedToTheNextOneToo()
    {
        await using var child = Start("exit 7");
        for (var host = 0; host < 3; host++)
        {
            await using var connected = await Host.ServeAsync(child);
            Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian((await connected.NextAsync(FrameKind.Exited)).Payload.Span));
        }
    }

    // The threat: a process that the server started has left its group, and keeps the output of the server open.
    [Fact]
    public async Task ExitOfAServerWhoseOutputIsHeldOpen_IsReported()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/setsid"), "setsid of util-linux");
        var file = Path.GetTempFileName();
        await using var child = Start($"setsid sh -c 'echo $$ > {file}; exec sleep 300' & while [ ! -s {file} ]; do sleep 0.05; done; exit 7");
        try
        {
            await using var host = await Host.ServeAsync(child);
            Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian((await host.NextAsync(FrameKind.Exited)).Payload.Span));
        }
        finally
        {
            using (var holder = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture))) holder.Kill();
            File.Delete(file);
        }
    }

    // The threat: a host that reads nothing holds the wrapper after its client has ended (CWE-833).
    [Fact]
    public async Task HostThatReadsNothing_HoldsNoWrapperThatEnds()
    {
        await using var child = Start("while echo 0123456789012345678901234567890123456789012345678901234567890123456789; do :; done");
        await using var host = await Host.ServeAsync(child);
        await host.NextAsync(FrameKind.Output);
        await child.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.True(child.Exited.IsCompleted);
    }

    // The threat: an entry that was pulled sets PATH or HOME, and what was approved runs other programs.
    [Fact]
    public async Task Child_GetsTheMinimumThatWasApproved_AndNotThatOfTheEntry()
    {
        await using var child = Start("echo \"$PATH $HOME\"", minimum: new Dictionary<string, string> { ["PATH"] = "/approved", ["HOME"] = "/home/person" });
        await using var host = await Host.ServeAsync(child);
        Assert.Equal("/approved /home/person\n", Encoding.UTF8.GetString((await host.NextAsync(FrameKind.Output)).Payload.Span));
    }

    [Fact]
    public void AValueThatDecidesWhatCodeRuns_IsApprovedWithItsName_AndNoOtherValueIs()
    {
        Environment.SetEnvironmentVariable("PYTHONOFTHETEST", "./evil");
        Environment.SetEnvironmentVariable("GATE_TOKEN_OF_THE_TEST", "secret");
        Assert.Equal(["GATE_TOKEN_OF_THE_TEST", "PERL5LIBOFTHETEST", "PYTHONOFTHETEST=./evil"],
            CommandEnvironment.Approved(["GATE_TOKEN_OF_THE_TEST", "PERL5LIBOFTHETEST", "PYTHONOFTHETEST"]));
    }

    private static ChildEnd Start(string script, TimeSpan? grace = null, IReadOnlyDictionary<string, string>? minimum = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the server is a script of sh");
        return ChildEnd.Start(new WrapArguments("server", [], ["/bin/sh", "-c", script]),
            new CommandLine(["/bin/sh", "-c", script], "/bin/sh", Path.GetTempPath(), []), new ServerHello
            {
                GraceMilliseconds = (int)(grace ?? Grace).TotalMilliseconds,
                Minimum = minimum ?? ProcessEnvironment.Minimum(),
            });
    }

    /// <summary>The end of a host that serves the child.</summary>
    private sealed class Host : IAsyncDisposable
    {
        private readonly IpcConnection own;
        private readonly IpcConnection wrapper;
        private readonly Task serving;

        private Host(IpcConnection own, IpcConnection wrapper, ChildEnd child)
        {
            this.own = own;
            this.wrapper = wrapper;
            serving = child.ServeAsync(wrapper, CancellationToken.None);
        }

        public static async Task<Host> ServeAsync(ChildEnd child)
        {
            var name = "gatehouse-test-" + Guid.NewGuid().ToString("N");
            var listening = new NamedPipeServerStream(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
            var connecting = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
            await Task.WhenAll(listening.WaitForConnectionAsync(), connecting.ConnectAsync());
            return new Host(IpcConnection.OfPipe(listening), IpcConnection.OfPipe(connecting), child);
        }

        public Task SendAsync(string input) => own.Writer.WriteAsync(FrameKind.Input, Encoding.UTF8.GetBytes(input), default).AsTask();

        public async Task<Frame> NextAsync(FrameKind kind)
        {
            var frame = await own.Reader.ReadAsync(FrameFormat.PieceBytes, default).AsTask().WaitAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(kind, frame?.Kind);
            return frame!.Value;
        }

        /// <summary>Closes the host's end without a farewell, as a killed host does.</summary>
        public async ValueTask DisposeAsync()
        {
            await own.DisposeAsync();
            await serving;
            await wrapper.DisposeAsync();
        }
    }
}
