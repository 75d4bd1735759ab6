using System.Runtime.InteropServices;
using Gatehouse.Isolation.Tests.Support;

namespace Gatehouse.Isolation.Tests;

[Trait("Requirement", "EX-02")]
public sealed partial class InheritanceTests
{
    [Fact]
    public async Task TheEnvironment_IsExactlyTheMinimumAndTheNamed()
    {
        Environment.SetEnvironmentVariable("GATEHOUSE_TEST_SECRET", "of the parent");
        var environment = ProcessEnvironment.Minimum(
            new Dictionary<string, string> { ["NAMED"] = "value with = and\nbreak", ["LANG"] = "of the configuration" });
        await using var process =
            LocalProcess.Start(Local.Options("/usr/bin/env", "-0") with { Environment = environment }, _ => { }, TimeProvider.System);

        var seen = (await process.ReadAllAsync()).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        Assert.Equal(environment.Select(entry => $"{entry.Key}={entry.Value}").Order(StringComparer.Ordinal), seen);
        Assert.All(environment.Keys, name => Assert.Contains(name, ProcessEnvironment.PosixNames.Append("NAMED")));
        Assert.Equal("of the configuration", environment["LANG"]);
    }

    [Fact]
    public async Task AnEmptyEnvironment_StaysEmpty()
    {
        var options = Local.Options("/usr/bin/env", "-0") with { Environment = new Dictionary<string, string>() };
        await using var process = LocalProcess.Start(options, _ => { }, TimeProvider.System);
        Assert.Equal("", await process.ReadAllAsync());
    }

    [Fact]
    public async Task NoDescriptorBesideTheThree_IsInherited()
    {
        // As a careless library or the caller of this process leaves it: open without close-on-exec.
        var careless = Duplicate(1);
        Assert.True(careless >= 3);
        try
        {
            await using var process = Local.Shell("ls /proc/$$/fd; cat");
            await process.Input.DisposeAsync();
            Assert.Equal("0\n1\n2\n", await process.ReadAllAsync());
        }
        finally
        {
            _ = Close(careless);
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    // Threat: a variable that was approved by name gets another value, and with it another program runs.
    [Theory]
    [InlineData("_JAVA_OPTIONS JAVA_HOME NODE_OPTIONS NODE_REPL_EXTERNAL_MODULE TS_NODE_PROJECT BUN_OPTIONS DENO_DIR PERLLIB PHPRC RUBYOPT", true)]
    [InlineData("ZDOTDIR PSModulePath GCONV_PATH OPENSSL_CONF LD_PRELOAD DOCKER_HOST GIT_CONFIG_VALUE_0", true)]
    [InlineData("UV_INDEX_URL YARN_REGISTRY npm_config_registry PIP_INDEX_URL", true)]
    [InlineData("GITHUB_TOKEN NODE_AUTH_TOKEN PYTHONUNBUFFERED NODE_ENV API_KEY DATABASE_URL", false)]
    public void VariablesThatDecideWhatRuns_AreKnown(string names, bool decide) =>
        Assert.All(names.Split(' '), name => Assert.Equal(decide, ProcessEnvironment.DecidesCode(name)));
}
