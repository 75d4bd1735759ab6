using System.Diagnostics;

namespace Gatehouse.EndToEnd.Tests;

/// <summary>A pipe in place of a file, as an untrusted repository may have it, holds no command. None of them reads it.</summary>
[Trait("Requirement", "EX-03")]
public sealed class SpecialFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-special-");

    public void Dispose() => folder.Delete(recursive: true);

    // Each of them ends by itself: one that waited for a writer of the pipe would be ended by force after a minute, and the test would fail.
    [Theory]
    [InlineData("policy diff {pipe} preset:team", 2, "and no pipe or device")]
    [InlineData("policy diff preset:team {pipe}", 2, "and no pipe or device")]
    [InlineData("policy check --policy {pipe}", 1, "and no pipe or device")]
    [InlineData("policy test --preset team {pipe}", 2, "and no pipe or device")]
    [InlineData("policy who-can --preset team --server t --names {pipe}", 2, "and no pipe or device")]
    [InlineData("lock diff --lock {pipe} --listing demo={listing}", 2, "not a regular file")]
    [InlineData("lock verify --static --lock {pipe}", 2, "not a regular file")]
    [InlineData("lock diff --lock {folder}/none.lock --config {gateway} --listing demo={pipe}", 3, "and no pipe or device")]
    [InlineData("lock revoke demo/tool/add --lock {pipe}", 2, "not a regular file")]
    [InlineData("detect file {folder}", 3, "not read: cannot be read")]
    [InlineData("detect file {pipe}", 3, "not read: cannot be read")]
    [InlineData("detect file {lines}", 3, "not read: cannot be read")]
    public async Task APipe_InPlaceOfAFile_HoldsNoCommand(string arguments, int expected, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mkfifo");
        var (pipe, lines) = (PathOf("pipe"), PathOf("pipe.jsonl"));
        await MakePipeAsync(pipe);
        await MakePipeAsync(lines);
        await File.WriteAllTextAsync(PathOf("answers.json"), """{"tools":[{"name":"add","inputSchema":{"type":"object"}}]}""",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(PathOf("gateway.yaml"),
            "version: 1\npublicUrl: http://127.0.0.1:1\nservers: { demo: { url: 'http://127.0.0.1:1/mcp' } }\n", TestContext.Current.CancellationToken);
        arguments = arguments.Replace("{pipe}", pipe, StringComparison.Ordinal).Replace("{lines}", lines, StringComparison.Ordinal)
            .Replace("{gateway}", PathOf("gateway.yaml"), StringComparison.Ordinal)
            .Replace("{listing}", PathOf("answers.json"), StringComparison.Ordinal).Replace("{folder}", folder.FullName, StringComparison.Ordinal);
        var (code, output, errors) = await OneShot.RunAsync(ProcessPlan.Dotnet(Repository.GatewayDll, [.. arguments.Split(' ')]));
        Assert.True(expected == code, $"{code}: {output}{errors}");
        Assert.Contains(says, output + errors, StringComparison.Ordinal);
    }

    private string PathOf(string name) => Path.Join(folder.FullName, name);

    private static async Task MakePipeAsync(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }
}
