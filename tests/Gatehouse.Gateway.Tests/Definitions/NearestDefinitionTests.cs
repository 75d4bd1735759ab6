using Gatehouse.Administration;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;

namespace Gatehouse.Gateway.Tests.Definitions;

/// <summary>A name with a slip in it approves and revokes nothing, and the person learns which one is meant.</summary>
public sealed class NearestDefinitionTests
{
    private static readonly (string, DefinitionKind, string)[] Known =
        [("files", DefinitionKind.Tool, "read_file"), ("files", DefinitionKind.Capabilities, ""), ("tickets", DefinitionKind.Tool, "create")];

    [Theory]
    [InlineData("files/tool/read_fil", "; did you mean files/tool/read_file?")]
    [InlineData("file/tool/read_file", "; did you mean files/tool/read_file?")]
    [InlineData("file", "; did you mean files?")]
    [InlineData("file/tool/read_fiel", "; did you mean files/tool/read_file?")]
    [InlineData("files/prompt/read_file", "")]
    [InlineData("calendar/tool/read_file", "")]
    public void NameWithASlip_HasTheNearestOne(string written, string words)
    {
        Assert.True(DefinitionRef.TryParse(written, out var reference));
        Assert.Equal(words, NearestDefinition.Words(reference, Known));
    }

    // Without its capabilities a server has no lists for clients, so an approved tool alone is not seen.
    [Fact]
    public void ApprovalOfOneDefinition_NamesThoseThatAreStillWithheld()
    {
        Assert.Null(new ApprovalChange(1, 1).OutsideRemark);
        Assert.Equal("1 definition of this server is still withheld: 'files/server'", (new ApprovalChange(1, 1) { Withheld = ["files/server"] }).OutsideRemark);
        Assert.Equal("2 definitions of this server are still withheld: 'files/capabilities', 'files/server'; without its capabilities, clients may not ask for "
            + "its lists", (new ApprovalChange(1, 1) { Withheld = ["files/capabilities", "files/server"], LacksCapabilities = true }).OutsideRemark);
    }
}
