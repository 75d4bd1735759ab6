using System.Security.Cryptography;

namespace Gatehouse.Packaging;

/// <summary>Writes the bill of materials of one file.</summary>
internal sealed class BomCommand
{
    private readonly IReadOnlyList<Library> libraries;
    private readonly PackageFolder packages;
    private readonly Artifact artifact;
    private readonly PackageUrl product;
    private readonly Bom bill;
    private readonly bool isPart; // a program of its own, which has none of the data in the assemblies of the command

    private BomCommand(Options options)
    {
        var kind = options.Required("--kind");
        var isTool = kind == "tool";
        isPart = kind == "documents";
        var inputs = isTool ? null : new CompilerInputs(options.Required("--inputs"));
        var all = DependencyFile.Read(options.Required("--deps"));
        libraries = kind == "native" ? [.. all.Select(inputs!.AsCompiled)] : all;
        packages = new PackageFolder(options.Required("--packages"));
        artifact = inputs is null ? Artifact.FromPackage(options.Required("--file")) : Artifact.FromCompiler(options.Required("--file"), inputs);
        product = isTool
            ? new PackageUrl("nuget", "Gatehouse", libraries[0].Version)
            : new PackageUrl("generic", isPart ? libraries[0].Name : "gatehouse", libraries[0].Version) { Qualifier = $"?platform={options.Required("--platform")}" };
        bill = new Bom(artifact, product, options.Required("--commit"), options.Timestamp("--time"));
    }

    /// <summary>Reads what the options name and writes the bill to <c>--output</c>.</summary>
    public static void Run(Options options)
    {
        var command = new BomCommand(options);
        command.AddFiles(options.Optional("--program"));
        if (options.Optional("--wrapper") is { } wrapper) command.AddWrapper(wrapper, new CompilerInputs(options.Required("--wrapper-inputs")));
        foreach (var library in command.libraries.Skip(1)) command.Add(library);
        command.AddDependencies();
        if (!command.isPart) command.AddData();
        if (options.Optional("--debian") is { } debian) DebianLock.AddTo(command.bill, debian, options.Required("--architecture"));
        File.WriteAllText(options.Required("--output"), command.bill.Render());
    }

    private static PackageUrl UrlOf(Library library) =>
        new(library.Kind == "project" ? "generic" : "nuget", library.Name, library.Version);

    private void AddFiles(string? program)
    {
        foreach (var file in libraries[0].Files) bill.AddFile(file, artifact.HashOf(file));
        if (program is { Length: > 0 }) bill.AddFile(Path.GetFileName(program), HashOf(program));
    }

    // A second program of the archive. The assemblies that it was made of are in the first one too, so that one list of components is true for both. Its own
    // is compiled again for it, from the same sources.
    private void AddWrapper(string program, CompilerInputs inputs)
    {
        var own = Path.GetFileName(program) + ".dll";
        var others = inputs.Assemblies.Where(assembly => Path.GetFileName(assembly) != own);
        if (others.FirstOrDefault(assembly => artifact.HashOf(Path.GetFileName(assembly)) != HashOf(assembly)) is { } other)
            throw new InvalidDataException($"{program} was made of {other}, which differs from the file of this name in the command");
        bill.AddFile(Path.GetFileName(program), HashOf(program));
    }

    private void Add(Library library)
    {
        var url = UrlOf(library);
        if (library.Kind == "project")
        {
            bill.AddFirstParty(url, artifact.HashOf(library.Files.Single()));
            return;
        }

        var licence = packages.Licence(library.Name, library.Version);
        bill.AddThirdParty(url, licence, "SHA-512", packages.Hash(library.Name, library.Version), library.Checksum);
    }

    private void AddDependencies()
    {
        var byName = libraries.Skip(1).ToDictionary(static library => library.Name, static library => UrlOf(library).Text, StringComparer.Ordinal);
        foreach (var used in libraries[0].Dependencies.Select(Resolve)) bill.AddDependency(bill.Subject, used);
        foreach (var pack in libraries.Where(static library => library.Kind == "runtimepack")) bill.AddDependency(bill.Subject, UrlOf(pack).Text);
        foreach (var library in libraries.Skip(1))
        {
            foreach (var used in library.Dependencies.Select(Resolve)) bill.AddDependency(UrlOf(library).Text, used);
        }

        // A pack is a dependency of the program under the name of the pack, which has a prefix there.
        string Resolve(string name) => byName.TryGetValue(name.Replace("runtimepack.", "", StringComparison.Ordinal), out var found)
            ? found
            : throw new InvalidDataException($"the deps.json names {name} as a dependency and does not list it");
    }

    private void AddData()
    {
        foreach (var data in EmbeddedData.All)
        {
            var url = new PackageUrl("generic", data.Name, data.Version);
            bill.AddData(url, data.Licence);
            foreach (var assembly in data.Assemblies) bill.AddDependency(UrlOf(AssemblyOf(assembly)).Text, url.Text);
        }

        Library AssemblyOf(string name) => libraries.SingleOrDefault(library => library.Name == name)
            ?? throw new InvalidDataException($"{name}, which holds data of others, is not in the deps.json");
    }

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
