namespace Gatehouse.EndToEnd.Tests;

/// <summary>A command line that is wrong or not complete, and the help: short, on the right stream, in plain lines.</summary>
[Trait("NoRetry", "yes")]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("scan --fail-on x", "value 'x' of --fail-on is not one of note, low, medium, high, critical, never", "gatehouse scan")]
    [InlineData("completion tcsh", "value 'tcsh' of shell is not one of bash, zsh, fish", "gatehouse completion")]
    [InlineData("token revoke x y", "value 'x' of kind is not one of token, jti, session, subject, client, issuer", "gatehouse token revoke")]
    [InlineData("token --seconds 7200", "value '7200' of --seconds is not a whole number from 1 to 3600", "gatehouse token")]
    [InlineData("token --seconds 0", "value '0' of --seconds is not a whole number from 1 to 3600", "gatehouse token")]
    [InlineData("drain --seconds soon", "value 'soon' of --seconds is not a whole number", "gatehouse drain")]
    [InlineData("scna", "unknown command 'scna'; did you mean scan?", "gatehouse")]
    [InlineData("scna --help", "unknown command 'scna'; did you mean scan?", "gatehouse")]
    [InlineData("policy dif --help", "unknown command 'dif'; did you mean diff?", "gatehouse policy")]
    [InlineData("lock verfy --help", "unknown command 'verfy'; did you mean verify?", "gatehouse lock")]
    [InlineData("policy dif", "unknown command 'dif'; did you mean diff?", "gatehouse policy")]
    [InlineData("--json version", "option '--json' belongs behind its command: gatehouse version --json", "gatehouse version")]
    [InlineData("-- scan", "unknown command 'scan'", "gatehouse")]
    [InlineData("scan --sarf", "unknown option '--sarf'; did you mean --sarif?", "gatehouse scan")]
    [InlineData("scan here", "unexpected argument 'here'", "gatehouse scan")]
    [InlineData("lock verfy", "unknown command 'verfy'; did you mean verify?", "gatehouse lock")]
    [InlineData("lock --lck", "unknown option '--lck'; did you mean --lock?", "gatehouse lock")]
    [InlineData("lock --lck -- true", "unknown option '--lck'; did you mean --lock?", "gatehouse lock")]
    [InlineData("lock --lck verify", "unknown option '--lck'; did you mean --lock?", "gatehouse lock verify")]
    [InlineData("lock words -- true", "'words' before '--' has no meaning here", "gatehouse lock")]
    [InlineData("lock verify foo", "unexpected argument 'foo'", "gatehouse lock verify")]
    [InlineData("lock verify --static foo", "unexpected argument 'foo'", "gatehouse lock verify")]
    [InlineData("lock approve files --raeson r", "unknown option '--raeson'; did you mean --reason?", "gatehouse lock approve")]
    [InlineData("lock approve --gateway --host", "give --gateway or --host, not both", "gatehouse lock approve")]
    [InlineData("policy diff", "the arguments <old> and <new> are missing", "gatehouse policy diff")]
    [InlineData("policy diff preset:team", "the argument <new> is missing", "gatehouse policy diff")]
    [InlineData("completion", "the argument <shell> is missing; give one of bash, fish, zsh", "gatehouse completion")]
    [InlineData("approval grant apr-7q4kd2m9xs --json", "unknown option '--json'", "gatehouse approval grant")]
    [InlineData("access deny acc-7q4kd2m9xs --raeson", "unknown option '--raeson'; did you mean --reason?", "gatehouse access deny")]
    [InlineData("contain user https://a --dry-run2 --reason r", "unknown option '--dry-run2'; did you mean --dry-run?", "gatehouse contain user")]
    [InlineData("approval deny apr-7q4kd2m9xs -- --json",
        "'--json' is not the id of a question: give one as 'gatehouse approval list' prints it, such as apr-7q4kd2m9xs", "gatehouse approval deny")]
    [InlineData("contain server x --reason r --token-file", "required argument missing for option: '--token-file'", "gatehouse contain server")]
    [InlineData("policy explain --tol x --server t", "unknown option '--tol'; did you mean --tool?", "gatehouse policy explain")]
    [InlineData("policy who-can --rolle x y", "unknown option '--rolle'", "gatehouse policy who-can", "unexpected argument 'y'")]
    [InlineData("policy who-can --rolle x x", "unknown option '--rolle'", "gatehouse policy who-can", "unexpected argument 'x'")]
    [InlineData("policy explain --server t --tool ", "the value of --tool is empty; give a value, or leave the option out", "gatehouse policy explain")]
    [InlineData("explain ", "the argument <code> is empty; give a value, or leave it out", "gatehouse explain")]
    [InlineData("policy test --preset team ", "the argument <cases> is empty; give a value, or leave it out", "gatehouse policy test")]
    [InlineData("detect text ", "the argument <text> is empty; give a value, or leave it out", "gatehouse detect text")]
    [InlineData("token --seconds ", "the value of --seconds is empty; give a value, or leave the option out", "gatehouse token")]
    [InlineData("status --state ", "the value of --state is empty; give a value, or leave the option out", "gatehouse status")]
    [InlineData("session revoke", "give the id of a session, as 'session list' prints it, or --subject", "gatehouse session revoke")]
    [InlineData("session revoke 01jd --subject a", "give the id of a session or --subject, not both", "gatehouse session revoke")]
    public async Task WrongLine_IsReportedInOneLine_WithTheHelpToRead(string arguments, string fault, string command, string? other = null)
    {
        var (code, output, errors) = await RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"gatehouse: {fault}\n{(other is null ? "" : $"gatehouse: {other}\n")}  see: {command} --help\n", errors);
    }

    [Fact]
    public async Task OutputThatCannotBeWritten_IsSaid_InOneLineAndItsRemedy()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "Linux has a device that is always full.");
        var (code, _, errors) = await OneShot.RunAsync(
            new ProcessPlan("/bin/sh", ["-c", $"dotnet {Repository.GatewayDll} explain GH8007 >/dev/full"]));
        Assert.Equal(3, code);
        Assert.StartsWith("gatehouse: the output cannot be written: ", errors, StringComparison.Ordinal);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    // No gateway runs in the folder, so a line that was understood ends there.
    [Fact]
    public async Task WordThatBeginsWithAt_IsTheWordAndNoFile()
    {
        var folder = Directory.CreateTempSubdirectory("gatehouse-words-");
        try
        {
            var (code, output, errors) = await RunAsync(
                "token", "revoke", "subject", "@bob", "--issuer", "https://a", "--state", folder.FullName);
            Assert.Equal("", output);
            Assert.NotEqual(0, code);
            Assert.NotEqual(2, code);
            Assert.DoesNotContain("token revoke --help", errors, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("", "On a laptop")]
    [InlineData("policy", "Commands:")]
    [InlineData("wrap command", "Commands:")]
    [InlineData("range", "Commands:")]
    public async Task CommandWithoutItsVerb_PrintsItsHelpOnceBesideTheData(string arguments, string heading)
    {
        var (code, output, errors) = await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(2, errors.Split(heading).Length);
        Assert.DoesNotContain("Required", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy", 9)]
    [InlineData("approval", 7)]
    [InlineData("lock", 4)]
    [InlineData("audit", 16)]
    [InlineData("config", 6)]
    [InlineData("wrap command", 4)]
    [InlineData("session", 2)]
    [InlineData("host", 5)]
    [InlineData("range", 2)]
    public async Task HelpOfAGroup_HasOneLineForEachCommand(string group, int commands)
    {
        var (code, output, _) = await RunAsync([.. group.Split(' '), "--help"]);
        Assert.Equal(0, code);
        var lines = output[output.IndexOf("Commands:\n", StringComparison.Ordinal)..].Split('\n').Skip(1).TakeWhile(line => line.Length > 0).ToList();
        Assert.Equal(commands, lines.Count);
        Assert.All(lines, line => Assert.Matches("^  [a-z]", line));
        Assert.EndsWith($"gatehouse {group} COMMAND --help describes a command, with examples.\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policy diff")]
    [InlineData("range run")]
    public async Task HelpOfAVerb_NamesTheCommandAsItIsTyped_AndHasExamples(string verb)
    {
        var (code, output, _) = await RunAsync([.. verb.Split(' '), "--help"]);
        Assert.Equal(0, code);
        Assert.Contains($"Usage:\n  gatehouse {verb} ", output, StringComparison.Ordinal);
        Assert.Contains("Examples:", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock verify", "gatehouse lock verify [<command>...] [options]")]
    [InlineData("lock diff", "gatehouse lock diff [<command>...] [options]")]
    [InlineData("lock approve", "gatehouse lock approve [<what>...] [options]")]
    [InlineData("lock revoke", "gatehouse lock revoke <definition> [options]")]
    [InlineData("wrap command", "gatehouse wrap command [command] [options]")]
    [InlineData("wrap command approve", "gatehouse wrap command approve [<id>] [options]")]
    public async Task UsageOfAVerb_HasNoArgumentOfItsParent(string verb, string usage)
    {
        var (_, output, _) = await RunAsync([.. verb.Split(' '), "--help"]);
        Assert.Contains($"Usage:\n  {usage}\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrap command", "approve [<id>]", "Approve a command")]
    [InlineData("wrap command", "revoke <id>", "Revoke an approval")]
    [InlineData("lock", "verify [<command>...]", "Check that")]
    [InlineData("lock", "revoke <definition>", "Revoke the approval")]
    [InlineData("policy", "preset [<name>]", "")]
    [InlineData("session", "revoke [<session>]", "End sessions")]
    public async Task HelpOfAGroup_HasBracketsAroundWhatCanBeLeftOut(string group, string words, string summary)
    {
        var (_, output, _) = await RunAsync([.. group.Split(' '), "--help"]);
        Assert.Matches($"(?m)^  {System.Text.RegularExpressions.Regex.Escape(words)} +{summary}", output);
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, arguments));
}
