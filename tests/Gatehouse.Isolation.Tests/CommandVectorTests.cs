using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "EX-05")]
public sealed class CommandVectorTests
{
    [Theory]
    [InlineData("$(id)")]
    [InlineData("`id`; touch canary")]
    [InlineData("a && b || c | d > canary < e & f")]
    [InlineData("*.txt ~ $HOME ${PATH} %PATH%")]
    [InlineData("it's \"quoted\" \\ and\nbroken")]
    [InlineData("--pdeathsig")]
    [InlineData("")]
    public async Task ShellCharacters_StayLiteral(string argument)
    {
        using var folder = new TemporaryFolder();
        var options = Local.Options("/usr/bin/printf", "[%s]", argument, "end") with { WorkingDirectory = folder.Path };
        await using var process = LocalProcess.Start(options, _ => { }, TimeProvider.System);

        Assert.Equal($"[{argument}][end]", await process.ReadAllAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task TheProcessNumber_IsThatOfTheProgram()
    {
        await using var process = Local.Shell("echo $$; cat");
        Assert.Equal(process.Id, await process.ReadNumberAsync());
    }

    [Fact]
    public async Task TheProgram_LeadsASessionAndAGroupOfItsOwn()
    {
        await using var process = Local.Shell("echo ready; cat");
        await process.ReadLineAsync();
        var stat = Local.Stat(process.Id);

        Assert.True(process.IsGroupLeader);
        Assert.True(process.EndsWithParent);
        Assert.Equal($"{process.Id}", stat[2]);
        Assert.Equal($"{process.Id}", stat[3]);
    }

    [Fact]
    public async Task ARelativeProgram_IsTakenFromTheWorkingDirectory()
    {
        using var folder = new TemporaryFolder();
        WriteScript(folder.File("tool"), "echo here");
        await using var process = LocalProcess.Start(Local.Options("./tool") with { WorkingDirectory = folder.Path }, _ => { }, TimeProvider.System);
        Assert.Equal("here\n", await process.ReadAllAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("relative")]
    public void ARelativeEntryOfPath_IsNotSearched(string entry)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("relative"));
        WriteScript(folder.File("planted"), "echo planted");
        WriteScript(folder.File("relative/planted"), "echo planted");
        var options = Local.Options("planted") with
        {
            WorkingDirectory = folder.Path,
            Environment = new Dictionary<string, string> { ["PATH"] = $"{entry}:/usr/bin" },
        };

        var refusal = Assert.Throws<ProcessStartException>(() => LocalProcess.Start(options, _ => { }, TimeProvider.System));
        Assert.Equal(ProcessStartFault.NotFound, refusal.Fault);
    }

    internal static void WriteScript(string path, string body, bool isExecutable = true)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, isExecutable ? (UnixFileMode)0b111_000_000 : (UnixFileMode)0b110_000_000);
    }
}
