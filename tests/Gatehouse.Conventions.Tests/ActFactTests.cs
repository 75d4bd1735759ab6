using System.Text.RegularExpressions;
using Gatehouse.Audit.Search;

namespace Gatehouse.Conventions.Tests;

/// <summary>The acts that the search takes for acts of the person that they name are written, and name a person, at every place.</summary>
public sealed class ActFactTests
{
    [Fact]
    public void EveryActOfThePerson_IsWritten_WithItsSubject()
    {
        var sources = Repository.Files("src/Gatehouse.AuthorizationServer", ".cs").Select(Repository.Read).ToList();
        foreach (var act in EntryFacts.ActsOfThePerson)
        {
            var call = $$"""Note[A-Za-z]*\(\s*"{{Regex.Escape(act)}}"[^;]*;""";
            var calls = sources.SelectMany(source => Regex.Matches(source, call)).Select(match => match.Value).ToList();
            Assert.True(calls.Count > 0, $"no source writes {act}");
            Assert.All(calls, one => Assert.Contains("(\"subject\", ", one, StringComparison.Ordinal));
        }
    }
}
