using System.Text.Json;

namespace Gatehouse.Identity.Tests.Support;

/// <summary>Finds the public test vectors beside the repository, or where GATEHOUSE_TEST_DATA says.</summary>
internal static class TestData
{
    public static string? RepositoryRoot { get; } = FindRoot();

    /// <summary>Opens a vector file of the jose suite; skips the test when the suite is not there.</summary>
    public static JsonDocument OpenJoseVectors(string file)
    {
        var path = Path.Combine(DataFolder() ?? "", "vectors", "jose", "testvectors_v1", file);
        Assert.SkipUnless(File.Exists(path),
            $"{file} of the public suite C2SP/wycheproof testvectors_v1 is not in ../shared/data or GATEHOUSE_TEST_DATA");
        return JsonDocument.Parse(File.ReadAllBytes(path));
    }

    private static string? DataFolder() =>
        Environment.GetEnvironmentVariable("GATEHOUSE_TEST_DATA")
        ?? (RepositoryRoot is null ? null : Path.Combine(RepositoryRoot, "..", "shared", "data"));

    private static string? FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
            folder = folder.Parent;
        return folder?.FullName;
    }
}
