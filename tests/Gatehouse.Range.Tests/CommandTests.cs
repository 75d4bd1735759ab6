using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.Range.Tests;

/// <summary>The verb as a process.</summary>
[Trait("Requirement", "RG-01")]
public sealed class CommandTests
{
    [Fact]
    public async Task List_NamesEveryExercise()
    {
        var (code, output) = await RunAsync("range", "list");
        Assert.Equal(0, code);
        Assert.All(ExerciseCatalogue.All, exercise => Assert.Contains(exercise.Id, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_PrintsVersionedJson()
    {
        var (code, output) = await RunAsync("range", "run", "--only", "wrong-audience", "--json");
        Assert.Equal(0, code);
        var root = JsonDocument.Parse(output).RootElement;
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("range", root.GetProperty("kind").GetString());
        Assert.True(root.GetProperty("range").GetProperty("behaves").GetBoolean());
        var variants = root.GetProperty("range").GetProperty("exercises")[0].GetProperty("arms").EnumerateArray()
            .Select(a => a.GetProperty("arm").GetString());
        Assert.Equal(["unguarded", "guarded", "replaced"], variants);
    }

    [Fact]
    public async Task Run_PrintsTheStepsWithoutColourOffTheTerminal()
    {
        var (code, output) = await RunAsync("range", "run", "--only", "wrong-audience");
        Assert.Equal(0, code);
        Assert.Contains("the secret came back", output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 exercise as expected", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task UnknownExercise_IsAWrongCommandLine() => Assert.Equal(2, (await RunAsync("range", "run", "--only", "nothing")).Code);

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var dll = Path.Combine(Repository.Root, "artifacts", "bin", "Gatehouse.Cli", folder, "gatehouse.dll");
        using var process =
            Process.Start(new ProcessStartInfo("dotnet", [dll, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
