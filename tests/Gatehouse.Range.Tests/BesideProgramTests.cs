using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace Gatehouse.Range.Tests;

/// <summary>The attacks are a program of their own: the command holds none of them, and starts the one that lies beside it and no other.</summary>
[Trait("Requirement", "RG-01")]
public sealed class BesideProgramTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-beside-");

    private static string Built =>
        Path.Combine(Repository.Root, "artifacts", "bin", "Gatehouse.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name);

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("gatehouse")]
    [InlineData("gatehouse-wrap")]
    public void TheClosureOfTheCommand_HoldsNoAttack(string program)
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(Built, program + ".deps.json")));
        var names = dependencies.RootElement.GetProperty("libraries").EnumerateObject()
            .Select(library => library.Name[..library.Name.IndexOf('/', StringComparison.Ordinal)]).ToList();
        Assert.Contains("Gatehouse.Ipc", names);
        Assert.DoesNotContain(names, name => name.Contains("range", StringComparison.OrdinalIgnoreCase));
        foreach (var name in names.Append(program))
            Assert.DoesNotContain(References(name), other => other.Contains("range", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task WithoutTheProgram_TheVerbSaysWhereItLooked()
    {
        var command = Copy(withRange: false);
        var (code, output, errors) = await RunAsync(command, folder.FullName, "", "range", "list");
        Assert.Equal(3, code);
        Assert.Empty(output);
        Assert.Contains(Path.Combine(command, "gatehouse-range.dll") + ": the file does not exist", errors, StringComparison.Ordinal);
        Assert.Contains("./gatehouse builds it", errors, StringComparison.Ordinal);
        Assert.Contains("range ", (await RunAsync(command, folder.FullName, "", "--help")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProgramsOfTheNameElsewhere_AreNotStarted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the programs are scripts");
        var command = Copy(withRange: false);
        var elsewhere = folder.CreateSubdirectory("elsewhere").FullName;
        var mark = Path.Combine(folder.FullName, "started");
        foreach (var name in new[] { "gatehouse-range", "gatehouse-range.dll", "gatehouse-range.exe", "dotnet" })
        {
            var script = Path.Combine(elsewhere, name);
            await File.WriteAllTextAsync(script, $"#!/bin/sh\ntouch '{mark}'\n");
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        foreach (var place in new[] { command, Built })
        {
            var (code, output, _) = await RunAsync(place, elsewhere, elsewhere, "range", "list");
            Assert.Equal(place == Built ? 0 : 3, code);
            Assert.Equal(place == Built, output.Contains("wrong-audience", StringComparison.Ordinal));
            Assert.False(File.Exists(mark));
        }
    }

    [Theory]
    [InlineData("writable", "all accounts may write it")]
    [InlineData("link", "it is a link to")]
    [InlineData("folder", "it is not a regular file")]
    [InlineData("runtime", "gatehouse-range.runtimeconfig.json beside it: all accounts may write it")]
    public async Task ProgramThatOthersDecide_IsNotStarted(string how, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "rights are of another kind there");
        var command = Copy(withRange: true);
        var program = Path.Combine(command, how == "runtime" ? "gatehouse-range.runtimeconfig.json" : "gatehouse-range.dll");
        if (how is "link" or "folder") File.Delete(program);
        if (how == "link") File.CreateSymbolicLink(program, Path.Combine(Built, "gatehouse-range.dll"));
        else if (how == "folder") Directory.CreateDirectory(program);
        else File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.OtherWrite);
        var (code, output, errors) = await RunAsync(command, folder.FullName, "", "range", "list");
        Assert.Equal(3, code);
        Assert.Empty(output);
        Assert.Contains(why, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_ArriveAsTheyAre()
    {
        var (code, _, errors) = await RunAsync(Built, folder.FullName, "", "range", "run", "--only", "it's \"one\" word");
        Assert.Equal(2, code);
        Assert.Contains("the exercise it's \"one\" word", errors, StringComparison.Ordinal);
        // Only the other program's help has this sentence.
        Assert.Contains("Each exploit succeeds", (await RunAsync(Built, folder.FullName, "", "range", "run", "--help")).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_AreTheProgramsOwn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc says what a process is");
        using var process = Start(Built, folder.FullName, "", "range", "run", "--only", "list-changed-storm", "--only", "sessions-of-all");
        var line = $"/proc/{process.Id}/cmdline";
        await Eventually.TrueAsync(() => File.ReadAllText(line).Contains("gatehouse-range.dll", StringComparison.Ordinal),
            "the command became the program");

        // A process inherits an ignored SIGINT, which a shell gives to what it starts in the background: until the program handles the
        // signal, the signal is lost.
        await Eventually.TrueAsync(() => HandlesInterrupt(process.Id), "the program handles SIGINT");
        using (var kill = Process.Start(
            new ProcessStartInfo("kill",
                ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))!) await kill.WaitForExitAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.NotEqual(0, process.ExitCode);
    }

    /// <summary>Whether a process has a handler for SIGINT, the second bit of the mask <c>SigCgt</c> (proc_pid_status(5)).</summary>
    private static bool HandlesInterrupt(int process)
    {
        var mask = File.ReadLines($"/proc/{process}/status").First(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal))[7..];
        return (Convert.ToUInt64(mask.Trim(), 16) & 0b10) != 0;
    }

    private static List<string> References(string name)
    {
        var path = Path.Combine(Built, name + ".dll");
        if (!File.Exists(path)) return [];
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))];
    }

    private string Copy(bool withRange)
    {
        var copy = folder.CreateSubdirectory("command").FullName;
        foreach (var file in Directory.EnumerateFiles(Built).Where(file => Path.GetExtension(file) is ".dll" or ".json"))
        {
            var name = Path.GetFileName(file);
            if (withRange || !name.StartsWith("gatehouse-range", StringComparison.Ordinal)) File.Copy(file, Path.Combine(copy, name));
        }

        return copy;
    }

    private static Process Start(string command, string workingFolder, string path, params string[] arguments)
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath!
            : "dotnet", [Path.Combine(command, "gatehouse.dll"), .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path.Length > 0) info.Environment["PATH"] = path + Path.PathSeparator + info.Environment["PATH"];
        return Process.Start(info)!;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string command, string workingFolder, string path,
        params string[] arguments)
    {
        using var process = Start(command, workingFolder, path, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }
}
