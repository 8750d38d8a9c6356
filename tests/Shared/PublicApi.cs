using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Akka.Reactor.Tests.Shared;

/// <summary>
/// An assembly's public face as text, one member a line, in an order that does not depend on the source. Types are
/// named without their assemblies, so that it is the same wherever Akka comes from.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>
    /// Compares with the approved file in the folder Approved beside the calling test. When they differ, writes
    /// NAME.received.txt beside it and fails with the differences.
    /// </summary>
    internal static void AssertApproved(Assembly assembly, [CallerFilePath] string test = "")
    {
        string folder = Path.Combine(Path.GetDirectoryName(test)!, "Approved");
        string name = assembly.GetName().Name!;
        string approvedFile = Path.Combine(folder, $"{name}.txt");
        string receivedFile = Path.Combine(folder, $"{name}.received.txt");
        string received = Print(assembly);
        string approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile).ReplaceLineEndings("\n") : "";
        if (string.Equals(approved, received, StringComparison.Ordinal))
        {
            File.Delete(receivedFile);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(receivedFile, received);
        Assert.Fail(
            $"The public API of {name} is not the approved one. If it is meant to be like that, copy\n"
                + $"  {receivedFile}\nover\n  {approvedFile}\n{Difference(approved, received)}"
        );
    }

    internal static string Print(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    // Lines with the type they belong to, so that a line that moved between types is seen.
    private static string Difference(string approved, string received)
    {
        HashSet<string> before = Qualified(approved);
        HashSet<string> after = Qualified(received);
        return string.Join(
            '\n',
            before
                .Except(after, StringComparer.Ordinal)
                .Select(line => $"- {line}")
                .Concat(after.Except(before, StringComparer.Ordinal).Select(line => $"+ {line}"))
        );
    }

    private static HashSet<string> Qualified(string text)
    {
        HashSet<string> lines = new(StringComparer.Ordinal);
        string type = "";
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith(' '))
            {
                lines.Add($"{type} :: {line.Trim()}");
            }
            else
            {
                type = line;
                lines.Add(line);
            }
        }

        return lines;
    }

    private static string Header(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {Name(type)} : {Name(Enum.GetUnderlyingType(type))}";
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnType)} {Name(type)}({Parameters(invoke)})";
        }

        bool record = type.GetMethod("<Clone>$", Declared) is not null;
        string kind =
            type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : record ? "record"
            : "class";
        string modifier =
            type.IsInterface || type.IsValueType ? ""
            : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract "
            : type.IsSealed ? "sealed "
            : "";
        IEnumerable<string> bases = type.GetInterfaces()
            .Where(face => !record || !Name(face).StartsWith("IEquatable<", StringComparison.Ordinal))
            .Where(face => face.IsVisible)
            .Except(type.BaseType?.GetInterfaces() ?? [])
            .Select(Name)
            .Order(StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases = bases.Prepend(Name(parent));
        }

        string inherits = string.Join(", ", bases);
        return $"{modifier}{kind} {Name(type)}{(inherits.Length == 0 ? "" : $" : {inherits}")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        return type.GetConstructors(Declared)
            .Where(IsSeen)
            .Select(member => $"{Access(member)}{member.DeclaringType!.Name}({Parameters(member)})")
            .Concat(type.GetMethods(Declared).Where(IsMethod).Select(Method))
            .Concat(type.GetProperties(Declared).Where(property => Accessors(property).Any(IsSeen)).Select(Property))
            .Concat(type.GetFields(Declared).Where(IsSeen).Select(Field))
            .Concat(
                type.GetEvents(Declared)
                    .Where(member => IsSeen(member.AddMethod!))
                    .Select(member =>
                        $"{Access(member.AddMethod!)}event {Name(member.EventHandlerType!)} {member.Name}"
                    )
            );
    }

    private static bool IsMethod(MethodInfo method) =>
        IsSeen(method)
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null;

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsSeen(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>"
            : "";
        string returned = Name(method.ReturnType) + Mark(Nullability.Create(method.ReturnParameter));
        return $"{Access(method)}{Modifier(method)}{returned} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] seen = [.. Accessors(property).Where(IsSeen)];
        string accessors = string.Join(
            ' ',
            seen.Select(accessor =>
                (accessor.IsPublic == seen[0].IsPublic ? "" : Access(accessor))
                + (
                    accessor == property.GetMethod ? "get;"
                    : IsInit(accessor) ? "init;"
                    : "set;"
                )
            )
        );
        string required = property.GetCustomAttribute<RequiredMemberAttribute>() is null ? "" : "required ";
        string type = Name(property.PropertyType) + Mark(Nullability.Create(property));
        return $"{Access(seen[0])}{Modifier(seen[0])}{required}{type} {property.Name} {{ {accessors} }}";
    }

    private static string Field(FieldInfo field)
    {
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
        string modifier =
            field.IsLiteral ? "const "
            : field.IsStatic ? "static "
            : "";
        string fixedAfterwards = field.IsInitOnly ? "readonly " : "";
        return $"{(field.IsPublic ? "" : "protected ")}{modifier}{fixedAfterwards}{Name(field.FieldType)} {field.Name}{value}";
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) =>
        new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>();

    private static bool IsInit(MethodInfo accessor) =>
        accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifier(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return method.IsStatic ? "static " : "";
        }

        bool overrides = method.GetBaseDefinition() != method;
        return method.IsStatic ? "static "
            : method.IsAbstract
                ? overrides ? "abstract override "
                    : "abstract "
            : overrides
                ? method.IsFinal ? "sealed override "
                    : "override "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual "
            : "";
    }

    private static string Parameters(MethodBase method) =>
        string.Join(
            ", ",
            method
                .GetParameters()
                .Select(parameter =>
                    (
                        parameter.IsOut ? "out "
                        : parameter.ParameterType.IsByRef
                            ? parameter.IsIn ? "in "
                                : "ref "
                        : ""
                    )
                    + (parameter.GetCustomAttribute<ParamArrayAttribute>() is null ? "" : "params ")
                    + Name(parameter.ParameterType)
                    + Mark(Nullability.Create(parameter))
                    + $" {parameter.Name}"
                    + (parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue)}" : "")
                )
        );

    private static string Mark(NullabilityInfo info) =>
        info.ReadState == NullabilityState.Nullable && !info.Type.IsValueType ? "?" : "";

    private static string Literal(object? value) =>
        value switch
        {
            null => "default",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!)}[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying)}?";
        }

        string name =
            type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return arity < 0 ? name : $"{name[..arity]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
