using Gatehouse.Outbound;
using Gatehouse.Pipeline.Bounds;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Settings;
using Gatehouse.Testing;
using Gatehouse.Upstreams;

namespace Gatehouse.Gateway.Tests.Upstreams;

/// <summary>A reload that takes a server away ends no request before its deadline, and leaves no process behind (design rule 7).</summary>
public sealed class UpstreamSetTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(2);

    [Fact]
    public async Task ARetiredServer_LivesUntilItsLongestDeadline_OrEndsWithTheSet()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc says which processes live");
        var clock = new ManualTimeProvider();
        var folder = Directory.CreateTempSubdirectory("gatehouse-retire-");
        var file = Path.Join(folder.FullName, "pid");
        var server = new ServerSettings
        {
            Name = "up",
            Path = "/up",
            Deadline = TimeSpan.FromMinutes(1),
            ToolDeadlines = [new ToolDeadline(["slow"], Long)],
            Stdio = new StdioUpstreamSettings { Command = ["sh", "-c", $"echo $$ > {file}; exec sleep 600"] },
        };
        Assert.Equal(Long, server.LongestDeadline);
        var upstreams = new UpstreamSet(new OutboundHandlers(new SystemNameResolver(), clock), new SecretResolver(),
            new ByteBudget(1 << 20, static () => 50), static () => new SessionSettings(), folder.FullName, clock, static _ => { });
        Assert.True(MessageValidator.TryValidate("""{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""u8.ToArray(), MessageLimits.Default,
            out var message, out _));
        var request = new UpstreamRequest
        { Server = server, Limits = new LimitSettings(), Message = message, Revision = ProtocolRevision.V20260728 };
        var sending = upstreams.Get(server).SendAsync(request, CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), "the process runs");
        var process = "/proc/" + File.ReadAllText(file).Trim();

        upstreams.Retire([]);
        clock.Advance(server.Deadline * 2);
        await Eventually.MomentAsync(sending);
        Assert.True(Directory.Exists(process), "a call of the slow tool may still be under way");
        var ending = upstreams.DisposeAsync().AsTask();
        await Eventually.AdvancedAsync(clock, TimeSpan.FromSeconds(1), ending);
        await ending;
        Assert.False(Directory.Exists(process), "the process outlived the set");
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        folder.Delete(recursive: true);
    }
}
