using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

public sealed class StartFaultTests
{
    private const string Secret = "s3cr3t-value";

    [Theory]
    [InlineData("no-such-program-anywhere")]
    [InlineData("/no/such/program")]
    public void AMissingProgram_IsNamed(string program) => Fails(Local.Options(program, Secret), ProcessStartFault.NotFound, program);

    // The text is in messages that are shown and recorded.
    [Theory]
    [InlineData("no-such-program --access-token " + Secret, "no-such-program…")]
    [InlineData("/usr/bin/no-such-program " + Secret, "/usr/bin/no-such-program…")]
    [InlineData("API_TOKEN=" + Secret + " cat", "API_TOKEN…")]
    public void ACommandOfOneText_IsNamedWithoutItsArguments(string program, string named) =>
        Fails(Local.Options(program, Secret), ProcessStartFault.NotFound, named);

    [Fact]
    public void AProgramWithoutTheRight_IsNamed()
    {
        using var folder = new TemporaryFolder();
        CommandVectorTests.WriteScript(folder.File("tool"), "echo never", isExecutable: false);
        Fails(Local.Options(folder.File("tool"), Secret), ProcessStartFault.NotExecutable, "chmod +x");
    }

    [Fact]
    public void AProgramInPathWithoutTheRight_IsNamed()
    {
        using var folder = new TemporaryFolder();
        CommandVectorTests.WriteScript(folder.File("tool"), "echo never", isExecutable: false);
        var environment = new Dictionary<string, string> { ["PATH"] = folder.Path };
        Fails(Local.Options("tool", Secret) with { Environment = environment }, ProcessStartFault.NotExecutable, "tool");
    }

    [Fact]
    public void AFolderAsProgram_IsNamed() => Fails(Local.Options("/usr/bin/", Secret), ProcessStartFault.NotExecutable, "/usr/bin");

    [Fact]
    public void AMissingFolder_IsNamed() =>
        Fails(Local.Options("cat", Secret) with { WorkingDirectory = "/no/such/folder" }, ProcessStartFault.FolderMissing, "/no/such/folder");

    [Fact]
    public void ANameWithTerminalControl_IsInTheMessageAsItIs_ForWhoeverShowsItToEscape() =>
        Fails(Local.Options("tool\u001b[2J"), ProcessStartFault.NotFound, "tool\u001b[2J");

    [Fact]
    public void ValuesOutOfRange_AreRefused()
    {
        var good = Local.Options("cat");
        LocalProcessOptions[] bad =
        [
            good with { Command = [] },
            good with { Command = [""] },
            good with { Command = ["cat", "a\0b"] },
            good with { WorkingDirectory = "relative" },
            good with { Environment = new Dictionary<string, string> { ["A=B"] = "" } },
            good with { Environment = new Dictionary<string, string> { [""] = "" } },
            good with { Environment = new Dictionary<string, string> { ["A"] = "\0" } },
            good with { ShutdownGrace = TimeSpan.Zero },
            good with { StderrLineBytes = 0 },
            good with { StderrLineBytes = (1 << 20) + 1 },
            good with { StderrLinesPerSecond = 0 },
        ];
        Assert.All(bad, options => Assert.ThrowsAny<ArgumentException>(() => LocalProcess.Start(options, _ => { }, TimeProvider.System)));
    }

    private static ProcessStartException Fails(LocalProcessOptions options, ProcessStartFault fault, string word)
    {
        var refusal = Assert.Throws<ProcessStartException>(() => LocalProcess.Start(options, _ => { }, TimeProvider.System));
        Assert.Equal(fault, refusal.Fault);
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
        return refusal;
    }
}
