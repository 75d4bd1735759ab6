using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Gatehouse.Conventions.Tests;

/// <summary>Projects use only the projects that <c>docs/developers/architecture.md</c> names.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> Allowed = Markdown.Rows(Repository.Read("docs/developers/architecture.md"))
        .Where(row => row[0].StartsWith("`Gatehouse.", StringComparison.Ordinal) && row.Length == 3)
        .ToDictionary(row => row[0].Trim('`'), row => row[2] == "–" ? [] : row[2].Split(", ").Select(name => "Gatehouse." + name).ToArray());

    private static IEnumerable<string> Projects => Repository.Files("src", ".csproj").Concat(Repository.Files("range", ".csproj"));

    [Fact]
    public void TheTable_NamesEveryProject() =>
        Assert.Equal(Projects.Select(file => Path.GetFileNameWithoutExtension(file)).Order(), Allowed.Keys.Order());

    [Fact]
    public void Projects_ReferenceWhatTheTableAllows() => Repository.RequireNone(
        from file in Projects
        let project = Path.GetFileNameWithoutExtension(file)
        from reference in XDocument.Parse(Repository.Read(file)).Descendants("ProjectReference")
        let used = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
        where !Allowed[project].Contains(used)
        select $"{project} references {used}");

    [Fact]
    public void Assemblies_UseWhatTheTableAllows() => Repository.RequireNone(
        from project in Allowed.Keys
        let path = Path.Combine(AppContext.BaseDirectory, project + ".dll")
        where File.Exists(path)
        from reference in Assembly.LoadFrom(path).GetReferencedAssemblies()
        where reference.Name!.StartsWith("Gatehouse.", StringComparison.Ordinal) && !Reach(project).Contains(reference.Name)
        select $"{project} uses {reference.Name}");

    // 'serve' and a program that hosts the pipeline carry neither the scanner, nor what edits the files of clients, nor the attacks.
    [Theory]
    [InlineData("Gatehouse.Gateway")]
    [InlineData("Gatehouse.Pipeline")]
    public void WhatServes_CarriesNoScanner(string project) =>
        Assert.Empty(Reach(project).Intersect(["Gatehouse.Inventory", "Gatehouse.Onboarding", "Gatehouse.Range", "Gatehouse.Cli", "Gatehouse.Testing"]));

    // The layers follow from the table: a project is one above the highest that it uses.
    [Fact]
    public void TheLayers_AreThoseOfTheTable()
    {
        var layers = Allowed.Keys.GroupBy(LayerOf).OrderByDescending(layer => layer.Key)
            .Select(layer => $"{layer.Key}  " + string.Join("  ", layer.Select(name => name["Gatehouse.".Length..]).Order(StringComparer.Ordinal)));
        Assert.Contains("```\n" + string.Join('\n', layers) + "\n```", Repository.Read("docs/developers/architecture.md"), StringComparison.Ordinal);
    }

    private static int LayerOf(string project) => Allowed[project].Length == 0 ? 0 : 1 + Allowed[project].Max(LayerOf);

    [Fact]
    public void ThePipeline_KnowsNoWebServer() =>
        Assert.DoesNotContain(typeof(Pipeline.GatewayPipeline).Assembly.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    // Who audits a gateway runs this and no more: it opens files to read them, and calls nothing that changes one, starts or connects.
    [Fact]
    public void TheVerifier_WritesNothing()
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Gatehouse.Audit.Verification.dll")));
        var code = file.GetMetadataReader();
        string[] reading = ["OpenHandle", "Read", "GetLength", "Join", "TrimEndingDirectorySeparator", "EnumerateFileSystemEntries", "GetAttributes", "GetFileName", "Exists"];
        Repository.RequireNone(
            from handle in code.MemberReferences
            let member = code.GetMemberReference(handle)
            where member.Parent.Kind == HandleKind.TypeReference
            let type = code.GetTypeReference((TypeReferenceHandle)member.Parent)
            let scope = code.GetString(type.Namespace)
            let name = code.GetString(member.Name)
            where scope is "System.IO" || (scope == "System.Diagnostics" && code.GetString(type.Name).StartsWith("Process", StringComparison.Ordinal))
                || scope.StartsWith("System.Net", StringComparison.Ordinal)
            where !(scope == "System.IO" && (reading.Contains(name) || (name == ".ctor" && code.GetString(type.Name) == nameof(IOException))))
            select $"Gatehouse.Audit.Verification uses {scope}.{code.GetString(type.Name)}.{name}");
        // What the system is called for is seen by no name of the framework: the kind of a file is asked for, and where its holes end.
        string[] native = [.. code.MethodDefinitions.Select(handle => code.GetMethodDefinition(handle).GetImport())
            .Where(import => !import.Name.IsNil).Select(import => code.GetString(import.Name))];
        Assert.Equal(["lseek", "statx"], native.Order(StringComparer.Ordinal));
    }

    private static HashSet<string> Reach(string project) => [.. Allowed[project].SelectMany(used => Reach(used).Append(used))];
}
