using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Gatehouse.Samples.Tests.BuiltSamples))]

namespace Gatehouse.Samples.Tests;

/// <summary>The samples that are not in the solution, built once, as a reader of them builds them.</summary>
public sealed class BuiltSamples : IAsyncLifetime
{
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet",
            ["build", Path.Join(Repository.Root, "samples", "Samples.slnx"), "-c", Configuration, "--nologo", "-v", "q", "-nodeReuse:false",
                "-p:RestoreLockedMode=true"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["MSBUILDTERMINALLOGGER"] = "off" } };
        var (code, output, errors) = await OneShot.RunAsync(start, "", patience: TimeSpan.FromMinutes(20));
        Assert.True(code == 0, output + errors);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The program of a sample.</summary>
    internal static string Program(string name) => Path.Join(Repository.Root, "artifacts", "bin", name, Configuration, name + ".dll");
}
