namespace Gatehouse.Tests.Processes;

/// <summary>Where things lie in the checkout these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Node => Path.Combine(Root, ".tools", "node", "bin", "node");

    public static string PeerFolder => Path.Combine(Root, "tests", "peers");

    public static string FixtureDll => Built("Gatehouse.Fixture", "gatehouse-fixture.dll");

    public static string SuiteClientDll => Built("Gatehouse.ConformanceClient", "gatehouse-conformance-client.dll");

    /// <summary>True where commands run in another program than the build's assembly (<c>./test --program</c>).</summary>
    public static bool HasOtherProgram => Environment.GetEnvironmentVariable("GATEHOUSE_TEST_PROGRAM") is { Length: > 0 };

    public static string GatewayDll => Built("Gatehouse.Cli", "gatehouse.dll");

    public static string GuardedServerDll => Built("GuardedServer", "GuardedServer.dll");

    public static string VerifierDll => Built("Gatehouse.Audit.Verifier", "gatehouse-verify.dll");

    public static string PackagingDll => Built("Gatehouse.Packaging", "gatehouse-packaging.dll");

    public static string BenchDll => Built("Gatehouse.Bench", "Gatehouse.Bench.dll");

    /// <summary>A script of the peers.</summary>
    public static string Peer(string name) => Path.Combine(PeerFolder, name);

    // Everything is built into one folder, in the configuration of these tests.
    private static string Built(string project, string file) =>
        Path.Combine(Root, "artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, file);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("These tests must run from inside the checkout.");
        }

        return folder.FullName;
    }
}
