namespace Gatehouse.Bench.Comparison;

/// <summary>One of two builds that are compared.</summary>
/// <param name="Key">A letter, as in the tables.</param>
/// <param name="Name">The revision, folder or program as it was given.</param>
/// <param name="Root">The folder of its sources, with its programs in <c>artifacts</c>; or the program itself.</param>
internal sealed record ComparedBuild(string Key, string Name, string Root)
{
    /// <summary>True for a program without its sources.</summary>
    public bool IsProgram => File.Exists(Root);

    /// <summary>The command of this build.</summary>
    public string Gatehouse => IsProgram ? Root : Path.Combine(Root, "artifacts", "bin", "Gatehouse.Cli", "release", "gatehouse.dll");

    /// <summary>The benchmark of this build: what is measured within its own process can be measured by no other.</summary>
    public string Bench => Path.Combine(Root, "artifacts", "bin", "Gatehouse.Bench", "release", "Gatehouse.Bench.dll");
}
