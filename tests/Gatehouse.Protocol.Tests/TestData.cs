namespace Gatehouse.Protocol.Tests;

/// <summary>Finds the public test vectors, which lie outside the repository.</summary>
internal static class TestData
{
    /// <summary>The folder of a suite; skips the test when it is not there.</summary>
    public static string Folder(string relative, string source)
    {
        string? root = Environment.GetEnvironmentVariable("GATEHOUSE_TEST_DATA") ?? BesideRepository();
        string? folder = root is null ? null : Path.Combine(root, relative);
        Assert.SkipUnless(Directory.Exists(folder), $"Public vectors are not here: put {source} at ../shared/data/{relative} beside the repository, or name the data folder by GATEHOUSE_TEST_DATA.");
        return folder!;
    }

    private static string? BesideRepository()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Gatehouse.slnx")))
                return Path.Combine(at.FullName, "..", "shared", "data");
        }

        return null;
    }
}
