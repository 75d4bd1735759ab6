using System.Diagnostics;

namespace Gatehouse.Inventory.Tests.Repositories;

/// <summary>A repository made with the program git in a temporary folder.</summary>
internal sealed class GitRepository : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("gatehouse-repository-");

    public GitRepository()
    {
        Assert.SkipUnless(HasGit, "no git is installed");
        Git("init", "-q", "-b", "main");
        Git("config", "user.name", "t");
        Git("config", "user.email", "t@example.com");
        Git("config", "commit.gpgsign", "false");
    }

    public static bool HasGit { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder =>
        File.Exists(Path.Join(folder, "git")));

    public string Root => root.FullName;

    public string Put(string relative, string text) => Put(relative, System.Text.Encoding.UTF8.GetBytes(text));

    public string Put(string relative, byte[] bytes)
    {
        var path = Path.Join(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Commit(string message)
    {
        Git("add", "-A", "-f");
        Git("commit", "-q", "-m", message);
    }

    /// <summary>Runs git and returns what it wrote. Exit codes 0 and 1 are answers.</summary>
    public string Git(params string[] arguments) => Git("", arguments);

    public string Git(string input, string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var git = Process.Start(start)!;
        var errors = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        git.StandardInput.Write(input);
        git.StandardInput.Close();
        git.WaitForExit();
        Assert.True(git.ExitCode is 0 or 1, errors.GetAwaiter().GetResult());
        return output.GetAwaiter().GetResult();
    }

    public void Dispose() => root.Delete(recursive: true);
}
