using System.Text;
using Gatehouse.Files;
using Gatehouse.Onboarding;
using Gatehouse.Testing;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Which files are edited, and what happens when they change or cannot be written on the way.</summary>
[Trait("Requirement", "ST-04")]
[Trait("NoRetry", "yes")]
public sealed class FileSafetyTests
{
    private const string One = """{"mcpServers":{"one":{"command":"npx","args":["a"]}}}""";

    [Fact]
    public void Links_AreToldAndNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var home = new EditingHome();
        var inside = home.Put("home/dotfiles/cursor.json", One);
        Directory.CreateDirectory(Path.Join(home.Home, ".cursor"));
        File.CreateSymbolicLink(Path.Join(home.Home, ".cursor", "mcp.json"), inside);
        var other = home.Put("home/elsewhere/settings.json", One);
        Directory.CreateSymbolicLink(Path.Join(home.Home, ".gemini"), Path.GetDirectoryName(other)!);
        var plan = home.PlanWrap();
        Assert.Empty(plan.Files);
        Assert.All(plan.Left, left => Assert.Equal(SkipReason.File, left.Kind));
        Assert.Contains(plan.Left, left => left.Why.Contains("it is a link", StringComparison.Ordinal));
        Assert.Contains(plan.Left, left => left.Why.Contains("its folder", StringComparison.Ordinal));
        Assert.True(plan.IsIncomplete);
        Assert.True(home.Wrap(EditSelection.All with { Files = [inside] }).IsDone);
        Assert.Contains("wrap", EditingHome.Text(inside), StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Join(home.Home, ".cursor", "mcp.json")).LinkTarget is not null);
        Assert.True(home.Undo().IsDone);
        Assert.Equal(One, EditingHome.Text(inside));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite, "all accounts may write it")]
    [InlineData(UnixFileMode.None, "read-only")]
    public void RightsOfOthers_AreToldAndNotEdited(UnixFileMode added, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of Unix");
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | (added == UnixFileMode.None ? 0 : UnixFileMode.UserWrite) | added);
        Assert.Contains(why, Assert.Single(home.PlanWrap().Left).Why, StringComparison.Ordinal);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, (UnixFileMode)0b111_000_010);
        Assert.Contains("its folder", Assert.Single(home.PlanWrap().Left).Why, StringComparison.Ordinal);
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, (UnixFileMode)0b111_000_000);
        Assert.Empty(home.PlanWrap().Left);
    }

    [Fact]
    public async Task HardLinksAndOtherOwners_AreToldAndNotEdited()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the system is asked on Linux only");
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        await ToolAsync("ln", file, Path.Join(home.Home, "second"));
        Assert.Contains("2 names", Assert.Single(home.PlanWrap().Left).Why, StringComparison.Ordinal);
        File.Delete(Path.Join(home.Home, "second"));
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root to give a file away");
        await ToolAsync("chown", "12345", file);
        Assert.Contains("belongs to account 12345", Assert.Single(home.PlanWrap().Left).Why, StringComparison.Ordinal);
        await ToolAsync("chown", "0:12345", file);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_000);
        Assert.Contains("a group may write it", Assert.Single(home.PlanWrap().Left).Why, StringComparison.Ordinal);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_000);
        Assert.True(home.Wrap().IsDone);
        Assert.Equal((12345u, (UnixFileMode)0b110_100_000), (PosixFile.Facts(file)!.Group, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Rights_AreKeptAndTheBackupIsPrivate()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes of Unix");
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        var outcome = home.Wrap();
        var (_, backup) = Assert.Single(outcome.Changed);
        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(file));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(backup!));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(home.Ledger.Path));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(home.State));
        Assert.Equal(One, EditingHome.Text(backup!));
        Assert.StartsWith(file + ".gatehouse-", backup, StringComparison.Ordinal);
    }

    [Fact]
    public void FileChangedAfterItWasShown_StopsEverything()
    {
        using var home = new EditingHome();
        var first = home.Put("home/.cursor/mcp.json", One);
        var second = home.Put("home/.lmstudio/mcp.json", One);
        var ledger = home.Ledger;
        var plan = home.PlanWrap();
        File.AppendAllText(second, "\n");
        var outcome = EditRunner.Run(plan, ledger, TimeProvider.System);
        Assert.Contains("changed after it was read", outcome.Fault, StringComparison.Ordinal);
        Assert.Equal((One, One + "\n"), (EditingHome.Text(first), EditingHome.Text(second)));
        Assert.Equal([first, second], home.Names());
        Assert.Empty(home.Ledger.Records);
    }

    [Fact]
    public void LinkPutInPlaceAfterItWasShown_IsNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        var victim = home.Put("home/.profile.json", One);
        var outcome = home.Wrap(acts: new FaultyActs((act, path) =>
        {
            if (act != "create" || !path.Contains(".cursor/.mcp", StringComparison.Ordinal)) return;
            File.Delete(file);
            File.CreateSymbolicLink(file, victim);
        }));
        Assert.Contains("it is a link", outcome.Fault, StringComparison.Ordinal);
        Assert.Equal(One, EditingHome.Text(victim));
        Assert.Empty(home.Ledger.Records);
    }

    [Theory]
    [InlineData("create", ".mcp.json.gatehouse", "changed")]
    [InlineData("create", ".mcp.json.gatehouse", "full")]
    [InlineData("create", "mcp.json.gatehouse", "full")]
    [InlineData("replace", "mcp.json", "full")]
    [InlineData("replaced", "mcp.json", "full")]
    public void FaultInTheSecondFile_PutsTheFirstBack(string at, string part, string what)
    {
        using var home = new EditingHome();
        var first = home.Put("home/.cursor/mcp.json", One);
        var second = home.Put("home/.lmstudio/mcp.json", One);
        var outcome = home.Wrap(acts: new FaultyActs((act, path) =>
        {
            if (act != at || !path.StartsWith(Path.GetDirectoryName(second)!, StringComparison.Ordinal) || !Path.GetFileName(path)
                .StartsWith(part, StringComparison.Ordinal)) return;
            at = "never again";
            if (what == "full") throw new IOException("No space left on device");
            File.AppendAllText(second, " ");
        }));
        Assert.False(outcome.IsDone);
        Assert.Contains(what == "full" ? "No space left" : "changed after", outcome.Fault, StringComparison.Ordinal);
        Assert.Contains(first, outcome.PutBack);
        Assert.Empty(outcome.NotPutBack);
        Assert.Equal(One, EditingHome.Text(first));
        Assert.Equal(One, EditingHome.Text(second).TrimEnd());
        Assert.Equal([first, second], home.Names());
        Assert.Empty(home.Ledger.Records);
        Assert.True(home.Wrap().IsDone);
    }

    [Fact]
    public void FileEditedBeforeItCouldBePutBack_IsToldAndStaysInTheLedger()
    {
        using var home = new EditingHome();
        var first = home.Put("home/.cursor/mcp.json", One);
        home.Put("home/.lmstudio/mcp.json", One);
        var outcome = home.Wrap(acts: new FaultyActs((act, path) =>
        {
            if (act != "replace" || !path.Contains("lmstudio", StringComparison.Ordinal)) return;
            File.AppendAllText(first, "\n");
            throw new IOException("No space left on device");
        }));
        Assert.Equal([first], outcome.NotPutBack);
        Assert.Equal(first, Assert.Single(home.Ledger.Records).File);
        Assert.True(home.Undo().IsDone);
        Assert.Equal(One + "\n", EditingHome.Text(first));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void LedgerThatCannotBeWritten_ChangesNothing(int failing)
    {
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        var written = 0;
        var outcome = home.Wrap(acts: new FaultyActs((act, path) =>
        {
            if (act == "replace" && path.EndsWith("wrapped.json", StringComparison.Ordinal) && ++written == failing)
                throw new IOException("No space left on device");
        }));
        Assert.False(outcome.IsDone);
        Assert.Equal(One, EditingHome.Text(file));
        Assert.Equal([file], home.Names());
        Assert.Empty(home.Ledger.Records);
        Assert.Empty(home.Ledger.Wrapped);
    }

    [Fact]
    public void CrashBetweenFiles_IsTakenBackOrCompleted()
    {
        foreach (var undo in (bool[])[true, false])
        {
            using var home = new EditingHome();
            var first = home.Put("home/.cursor/mcp.json", One);
            var second = home.Put("home/.lmstudio/mcp.json", One);
            Assert.Throws<InvalidOperationException>(() => home.Wrap(acts: new FaultyActs((act, path) =>
            {
                if (act == "replace" && path == second) throw new InvalidOperationException("the power fails");
            })));
            Assert.NotEqual(One, EditingHome.Text(first));
            Assert.Equal(One, EditingHome.Text(second));
            Assert.Empty(home.Ledger.Wrapped);
            if (undo)
            {
                var plan = home.PlanUndo();
                Assert.Empty(plan.Left);
                Assert.True(home.Undo().IsDone);
                Assert.Equal(One, EditingHome.Text(first));
                Assert.Empty(home.Ledger.Records);
                continue;
            }

            Assert.True(home.Wrap().IsDone);
            Assert.Equal(2, home.Ledger.Wrapped.Count);
            Assert.True(home.Undo().IsDone);
            Assert.Equal((One, One), (EditingHome.Text(first), EditingHome.Text(second)));
        }
    }

    [Fact]
    public void AnotherRunMeanwhile_StopsThisOne()
    {
        using var home = new EditingHome();
        home.Put("home/.cursor/mcp.json", One);
        var ledger = home.Ledger;
        var plan = home.PlanWrap();
        home.Put("home/.lmstudio/mcp.json", One);
        Assert.True(home.Wrap(EditSelection.All with { Clients = ["lm studio"] }).IsDone);
        Assert.Contains("ran at the same time", EditRunner.Run(plan, ledger, TimeProvider.System).Fault, StringComparison.Ordinal);
        Assert.Equal("LM Studio", Assert.Single(home.Ledger.Records).Client);
    }

    [Fact]
    public void BackupOfTheSameSecond_IsNotOverwritten()
    {
        using var home = new EditingHome();
        var file = home.Put("home/.cursor/mcp.json", One);
        var time = new Gatehouse.Testing.ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var before = Encoding.UTF8.GetBytes("somebody's");
        File.WriteAllBytes(file + ".gatehouse-19700101T000000Z.bak", before);
        var ledger = home.Ledger;
        var outcome = EditRunner.Run(WrapPlanner.Plan(home.Machine, EditSelection.All, EditingHome.Launcher, ledger, time), ledger, time);
        Assert.Equal(file + ".gatehouse-19700101T000000Z-2.bak", Assert.Single(outcome.Changed).Backup);
        Assert.Equal(before, File.ReadAllBytes(file + ".gatehouse-19700101T000000Z.bak"));
    }

    private static async Task ToolAsync(string tool, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(tool, arguments))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
