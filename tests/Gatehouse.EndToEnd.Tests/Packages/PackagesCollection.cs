namespace Gatehouse.EndToEnd.Tests.Packages;

/// <summary>Tests that share one set of packages.</summary>
[CollectionDefinition(Name)]
public sealed class PackagesCollection : ICollectionFixture<PublishedPackages>
{
    public const string Name = "packages";
}
