using Gatehouse.Cli.InitCommands;
using Gatehouse.Onboarding;

namespace Gatehouse.Conventions.Tests;

/// <summary>
/// Clients start the launcher with a person's rights. Whoever may write the file, or replace it in a folder on the way to it, decides what runs.
/// </summary>
public sealed class InstalledLauncherTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gatehouse-launcher-");

    public void Dispose() => root.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b")]
    [InlineData("a/b/gatehouse")]
    public void AFileOrAFolderOnTheWayThatOthersMayWrite_IsRefused(string open)
    {
        if (OperatingSystem.IsWindows()) return;
        var program = Program();
        Assert.Null(InstalledLauncher.Weakness(new WrapLauncher(program)));
        var place = Path.TrimEndingDirectorySeparator(Path.Join(root.FullName, open));
        File.SetUnixFileMode(place, File.GetUnixFileMode(place) | UnixFileMode.OtherWrite);
        Assert.StartsWith($"{place}: all accounts may write it", InstalledLauncher.Weakness(new WrapLauncher(program)), StringComparison.Ordinal);
        Assert.NotNull(InstalledLauncher.Weakness(new WrapLauncher("/bin/sh", [program])));
    }

    [Fact]
    public void AFolderWithTheStickyBit_IsNoWeakness()
    {
        if (OperatingSystem.IsWindows()) return;
        var program = Program();
        File.SetUnixFileMode(Path.Join(root.FullName, "a"), Own | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit);
        Assert.Null(InstalledLauncher.Weakness(new WrapLauncher(program)));
    }

    // The command on the search path is often a link: its folder, and the folders of its target, decide as well.
    [Theory]
    [InlineData("links")]
    [InlineData("a/b")]
    public void TheFoldersOfALinkAndOfItsTarget_AreJudged(string open)
    {
        if (OperatingSystem.IsWindows()) return;
        var program = Program();
        var link = Path.Join(root.CreateSubdirectory("links").FullName, "gatehouse");
        File.CreateSymbolicLink(link, Path.Join("..", "folder", "gatehouse"));
        Directory.CreateSymbolicLink(Path.Join(root.FullName, "folder"), Path.GetDirectoryName(program)!);
        Assert.Null(InstalledLauncher.Weakness(new WrapLauncher(link)));
        var place = Path.Join(root.FullName, open);
        File.SetUnixFileMode(place, File.GetUnixFileMode(place) | UnixFileMode.OtherWrite);
        Assert.StartsWith($"{place}: all accounts may write it", InstalledLauncher.Weakness(new WrapLauncher(link)), StringComparison.Ordinal);
    }

    // The folder of the program has its version in its name: a client that starts the link starts the new version after an update.
    [Fact]
    public void LinkThatWasTyped_IsTheLauncher_AndAnotherNameOrTargetIsNot()
    {
        if (OperatingSystem.IsWindows()) return;
        var program = Program();
        var links = root.CreateSubdirectory("links").FullName;
        var link = Path.Join(links, "gatehouse");
        File.CreateSymbolicLink(link, program);
        Assert.Equal(link, InstalledLauncher.LinkOf(link, program));
        Assert.Equal(link, InstalledLauncher.LinkOf(Path.GetRelativePath(Environment.CurrentDirectory, link), program));
        Assert.Null(InstalledLauncher.LinkOf("gatehouse", program));
        Assert.Null(InstalledLauncher.LinkOf(program, program));
        File.CreateSymbolicLink(Path.Join(links, "other"), program);
        Assert.Null(InstalledLauncher.LinkOf(Path.Join(links, "other"), program));
        File.Delete(link);
        File.CreateSymbolicLink(link, "/bin/sh");
        Assert.Null(InstalledLauncher.LinkOf(link, program));
    }

    [Fact]
    public void AMissingProgram_IsNamed() =>
        Assert.EndsWith("does not exist", InstalledLauncher.Weakness(new WrapLauncher(Path.Join(root.FullName, "nothing"))), StringComparison.Ordinal);

    private string Program()
    {
        var program = Path.Join(root.CreateSubdirectory("a").CreateSubdirectory("b").FullName, "gatehouse");
        File.WriteAllText(program, "");
        return program;
    }
}
