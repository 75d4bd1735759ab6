namespace Gatehouse.Tests.Shared;

/// <summary>Finds the public test vectors, which lie outside the repository.</summary>
internal static class TestData
{
    /// <summary>The folder of a suite; skips the test when it is not there.</summary>
    public static string Folder(string relative, string source)
    {
        var root = Environment.GetEnvironmentVariable("GATEHOUSE_TEST_DATA") ?? BesideRepository();
        var folder = root is null ? null : Path.Combine(root, relative);
        Assert.SkipUnless(Directory.Exists(folder),
            $"Public vectors are not here: put {source} at ../shared/data/{relative} beside the repository, or name the data folder by "
                + $"GATEHOUSE_TEST_DATA.");
        return folder!;
    }

    /// <summary>The root of the repository.</summary>
    public static string Repository()
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Gatehouse.slnx")))
            at = at.Parent!;
        return at.FullName;
    }

    private static string BesideRepository() => Path.Combine(Repository(), "..", "shared", "data");
}
