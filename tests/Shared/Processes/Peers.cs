namespace Gatehouse.Tests.Processes;

/// <summary>Third-party software that a test needs and that a machine may not have.</summary>
internal static class Peers
{
    public static void Require()
    {
        if (!Present) Assert.Skip("run ./test --full once: it installs the Node peers");
    }

    public static bool Present { get; } =
        Environment.GetEnvironmentVariable("GATEHOUSE_NO_PEERS") != "1"
        && File.Exists(Repository.Node)
        && Directory.Exists(Path.Combine(Repository.PeerFolder, "node_modules"));

    /// <summary>Skips the test where packages are missing that are only listed or read.</summary>
    public static void RequirePackages()
    {
        Require();
        if (!Directory.Exists(Path.Combine(Repository.Root, "tests", "packages", "node_modules")))
            Assert.Skip("run ./test --full once: it installs the packages");
    }

    /// <summary>A script of the peers, under their Node.</summary>
    public static ProcessPlan Script(string file, params string[] arguments) =>
        new(Repository.Node, [Repository.Peer(file), .. arguments]);
}
