using Gatehouse.Cli.WrapCommands;
using Gatehouse.Testing;

namespace Gatehouse.Conventions.Tests;

/// <summary>The log of the host of wrapped servers, whose file cannot be written for a while.</summary>
public sealed class HostLogTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-host-log-");
    private readonly ManualTimeProvider clock = new();

    private string Path => System.IO.Path.Join(folder.FullName, "host.log");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void LineThatCannotBeWritten_IsWrittenByItself_InItsOrder()
    {
        using var log = new HostLog(Path, clock);
        log.Write("first");
        var first = File.ReadAllText(Path);
        Block();
        log.Write("second");
        log.Write("third");
        clock.Advance(HostLog.Pause);
        Unblock();
        clock.Advance(HostLog.Pause);
        Assert.Equal("2026-01-01T00:00:00Z first\n", first);
        Assert.Equal(["2026-01-01T00:00:00Z second", "2026-01-01T00:00:00Z third"], File.ReadLines(Path));
        Assert.Equal(0, clock.Planned);
    }

    // The newest line is the one that says why the host ends.
    [Fact]
    public void OfMoreLinesThanWait_TheOldestAreLost_AndCounted()
    {
        using var log = new HostLog(Path, clock);
        Block();
        for (var i = 0; i < HostLog.MostWaiting + 7; i++) log.Write("line " + i);
        Unblock();
        clock.Advance(HostLog.Pause);
        var lines = File.ReadAllLines(Path);
        Assert.Equal(HostLog.MostWaiting + 1, lines.Length);
        Assert.EndsWith(" 7 lines before this one could not be written", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" line 7", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" line 106", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsTooLarge_IsReplaced_AndTheOneBeforeIsKept()
    {
        File.WriteAllText(Path, new string('x', (int)HostLog.MaxBytes + 1));
        using var log = new HostLog(Path, clock);
        log.Write("next");
        Assert.Equal("2026-01-01T00:00:00Z next\n", File.ReadAllText(Path));
        Assert.Equal(HostLog.MaxBytes + 1, new FileInfo(Path + ".1").Length);
    }

    // A folder in the place of the file.
    private void Block()
    {
        File.Delete(Path);
        Directory.CreateDirectory(Path);
    }

    private void Unblock() => Directory.Delete(Path);
}
