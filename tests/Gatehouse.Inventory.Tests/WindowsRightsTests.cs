using Gatehouse.Inventory.Checks;

namespace Gatehouse.Inventory.Tests;

/// <summary>How access lists of Windows are judged; reading them from the system was never run.</summary>
[Trait("Requirement", "IN-01")]
public sealed class WindowsRightsTests
{
    private const string Everyone = "S-1-1-0";
    private const string Users = "S-1-5-32-545";
    private const string Administrators = "S-1-5-32-544";
    private const string Somebody = "S-1-5-21-1-2-3-1001";

    [Theory]
    [InlineData(Users, 0x1301BF, true, true)] // modify
    [InlineData(Everyone, 0x1F01FF, true, true)] // full control
    [InlineData(Users, 0x1200A9, true, false)] // read and execute
    [InlineData(Users, 0x40000000, true, true)] // generic write
    [InlineData(Users, 0x40000, true, true)] // change permissions
    [InlineData(Administrators, 0x1F01FF, true, false)]
    [InlineData(Somebody, 0x1F01FF, true, false)]
    [InlineData(Users, 0x1301BF, false, false)]
    public void Writing_IsJudged(string sid, int mask, bool allows, bool expected) =>
        Assert.Equal(expected,
            WindowsRights.Gives([(Administrators, 0x1F01FF, true), (sid, mask, allows)], 0x2 | 0x4 | 0x10000 | 0x40000 | 0x80000, 0x50000000));

    [Fact]
    public void WhatWasDeniedBefore_IsNotGiven()
    {
        Assert.False(WindowsRights.Gives([(Users, 0x6, false), (Users, 0x6, true)], 0x6, 0));
        Assert.False(WindowsRights.Gives([(Everyone, 0x6, false), (Users, 0x6, true)], 0x6, 0));
        Assert.True(WindowsRights.Gives([(Users, 0x2, false), (Users, 0x6, true)], 0x6, 0));
        Assert.True(WindowsRights.Gives([(Users, 0x6, true), (Users, 0x6, false)], 0x6, 0));
    }
}
