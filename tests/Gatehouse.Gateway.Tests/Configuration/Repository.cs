using System.Runtime.CompilerServices;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>Finds files of the repository from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string File(params string[] parts) => Path.Join([Root, .. parts]);

    /// <summary>Compares with a file of the repository; with GATEHOUSE_UPDATE=1 writes it first.</summary>
    /// <param name="expected">The expected content.</param>
    /// <param name="relative">The file, relative to the root.</param>
    /// <param name="test">The name of the test, for the remedy.</param>
    public static void AssertFile(string expected, string relative, [CallerMemberName] string test = "")
    {
        var path = File(relative);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_UPDATE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllText(path, expected);
        }

        GeneratedFile.RequireEqual(relative, System.IO.File.Exists(path) ? System.IO.File.ReadAllText(path) : null, expected, test);
    }

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (System.IO.File.Exists(Path.Join(at.FullName, "Gatehouse.slnx"))) return at.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
