using System.Net.Sockets;
using Gatehouse.Ipc;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>A local socket that is accepted on, although an attempt fails.</summary>
[Trait("NoRetry", "yes")]
public sealed class SocketAcceptorTests : IDisposable
{
    private readonly Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ManualTimeProvider clock = new();
    private readonly List<SocketError> reports = [];
    private int attempts;

    public void Dispose() => connection.Dispose();

    [Fact]
    public async Task AttemptThatFails_IsRepeatedAfterAPause_AndReportedOnce()
    {
        var accepting = New(failures: 3).AcceptAsync(default).AsTask();
        Assert.Equal(1, attempts);
        await Eventually.AdvancedAsync(clock, SocketAcceptor.Pause, accepting);
        Assert.Same(connection, await accepting);
        Assert.Equal((4, 1), (attempts, reports.Count));
    }

    // As in a process without descriptors, whose log is a file that it cannot open.
    [Fact]
    public async Task ReportThatFails_IsRepeated_AtTheLatestWithTheConnection()
    {
        var calls = 0;
        var accepting = New(failures: 2, report: _ =>
        {
            if (++calls <= 2) throw new IOException("no descriptor");
        }).AcceptAsync(default).AsTask();
        await Eventually.AdvancedAsync(clock, SocketAcceptor.Pause, accepting);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task WaitBetweenAttempts_EndsWithItsCancellation()
    {
        using var stop = new CancellationTokenSource();
        var accepting = New(failures: int.MaxValue).AcceptAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting);
    }

    private SocketAcceptor New(int failures, Action<SocketException>? report = null) => new(
        _ => attempts++ < failures ? throw new SocketException((int)SocketError.TooManyOpenSockets) : ValueTask.FromResult(connection),
        report ?? (e => reports.Add(e.SocketErrorCode)), clock);
}
