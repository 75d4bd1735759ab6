namespace Gatehouse.Conventions.Tests;

/// <summary>
/// No setting, flag or variable of <c>serve</c> can make a caller out of an account: the stage and the kind of callers are named by
/// the personal host alone, and nothing that <c>serve</c> is made of names that host (design, Proof).
/// </summary>
public sealed class PersonStageTests
{
    private static readonly string[] Words = ["AuthenticateLocalAccountStage", "CallerAuthentication.Person", "LocalAccount.Of"];

    [Fact]
    public void PersonStage_IsNamedByThePersonalHostAlone()
    {
        var places = Sources().Where(file => Words.Any(word => File.ReadAllText(file).Contains(word, StringComparison.Ordinal))).Select(Relative)
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "Gatehouse.Local/LocalHost.cs", "Gatehouse.Local/WrappedServer.cs",
                "Gatehouse.Pipeline/Authenticate/AuthenticateLocalAccountStage.cs", "Gatehouse.Pipeline/PipelineParts.cs",
                "Gatehouse.Server/StdioSession.cs",
            ],
            places);
    }

    [Fact]
    public void PersonalHost_IsNamedByItsOwnVerbsAlone()
    {
        var places = Sources().Where(file => File.ReadAllText(file).Contains("LocalHost.Start", StringComparison.Ordinal)).Select(Relative);
        Assert.Equal(["Gatehouse.Cli/WrapCommands/HostCommand.cs"], places);
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories);

    private static string Relative(string file) => Path.GetRelativePath(Path.Combine(Repository.Root, "src"), file).Replace('\\', '/');
}
