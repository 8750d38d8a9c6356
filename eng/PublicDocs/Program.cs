using System.IO;
using System.Linq;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// Removes from an assembly's XML documentation every member that code outside the assembly cannot name. The compiler has no
// switch for it: it writes the comments of internal and private members, too.
//   PublicDocs ASSEMBLY DOCUMENTATION REFERENCES
// REFERENCES are those with which the assembly was compiled, with semicolons between them: a member is found by the types of its
// parameters.
(string assembly, string documentation, string references) = (args[0], args[1], args[2]);
var compilation = CSharpCompilation.Create(
    "Documented",
    references: references.Split(';').Append(assembly).Select(path => MetadataReference.CreateFromFile(path))
);

XDocument document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
XElement[] members = [.. document.Descendants("member")];
foreach (XElement member in members)
{
    string id =
        (string?)member.Attribute("name") ?? throw new InvalidDataException($"A member without a name: {member}");
    if (!IsVisible(DocumentationCommentId.GetFirstSymbolForDeclarationId(id, compilation)))
    {
        (member.PreviousNode as XText)?.Remove();
        member.Remove();
    }
}

document.Save(documentation, SaveOptions.DisableFormatting);
return;

// Null is a member that the compiler itself does not import: a private or an internal one.
static bool IsVisible(ISymbol? symbol) =>
    symbol switch
    {
        null => false,
        INamespaceSymbol => true,
        _ => symbol.DeclaredAccessibility
            is Accessibility.Public
                or Accessibility.Protected
                or Accessibility.ProtectedOrInternal
            && IsVisible(symbol.ContainingSymbol),
    };
