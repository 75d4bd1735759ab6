using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Protocol.Framing;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests;

/// <summary>A local server that asks without end and does not read is owed a bounded number of refusals.</summary>
[Trait("Requirement", "G17")]
public sealed class StdioQuestionTests
{
    [Fact]
    [Trait("Requirement", "EX-04")]
    public async Task QuestionsOfAServerThatDoesNotRead_AreRefusedUpToABound_AndDropped()
    {
        await using var channel = new DeafChannel();
        var child = new StdioChild("c", channel, new ServerSettings { Name = "s", Path = "/mcp" }, new StdioRouting(modern: true, shared: false),
            new ByteBudget(1 << 20), null, StdioParts.Default, new ManualTimeProvider());
        for (var id = 0; id < 1000; id++)
            await channel.SayAsync(
                string.Create(CultureInfo.InvariantCulture,
                    $"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"sampling/createMessage\",\"params\":{{}}}}\n"));
        await Eventually.TrueAsync(() => child.Dropped == 1000, "all questions were read");
        Assert.Equal(16, child.Rejecting);
        channel.End();
        await child.DisposeAsync();
        await Eventually.TrueAsync(() => child.Rejecting == 0, "nothing is owed to a process that is gone");
    }

    private sealed class DeafChannel : IStdioChannel
    {
        private readonly Pipe toProcess = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        private readonly Pipe fromProcess = new();

        public DeafChannel() => (Input, Output) = (toProcess.Writer.AsStream(), fromProcess.Reader.AsStream());

        public int Id => 1;

        public Stream Input { get; }

        public Stream Output { get; }

        public Task Exited => Task.CompletedTask;

        public int? ExitCode => null;

        public async Task SayAsync(string line) => await fromProcess.Writer.WriteAsync(Encoding.UTF8.GetBytes(line));

        public void End()
        {
            toProcess.Reader.Complete();
            fromProcess.Writer.Complete();
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
